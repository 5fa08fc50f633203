/** The kit of the portal: pieces of our own, so that nobody takes it for Shopify admin. */
import { Link } from "@remix-run/react";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTexts } from "../texts/texts.tsx";
import { useGuardedNavigate } from "./guarded-navigation.tsx";
import { type ConfirmProps, type Kit, KitProvider, type SaveBarProps, type ScreenAction, type ScreenProps } from "./kit.tsx";
import { PortalToasts, useToastQueue } from "./portal-toasts.tsx";

function PortalScreen(props: ScreenProps) {
  const { title, back, primary, secondary = [], wide, children } = props;
  return (
    <div className={wide ? "portal-screen portal-screen-wide" : "portal-screen"}>
      <header className="portal-screen-head">
        <div>
          {back && (
            <Link className="portal-back" to={back.url}>
              <span aria-hidden="true">‹ </span>
              {back.label}
            </Link>
          )}
          <h1>{title}</h1>
        </div>
        <div className="portal-actions">
          {secondary.map((action) => (
            <ActionButton key={action.label} action={action} />
          ))}
          {primary && <ActionButton action={primary} primary />}
        </div>
      </header>
      {children}
    </div>
  );
}

function ActionButton(props: { action: ScreenAction; primary?: boolean }) {
  const navigate = useGuardedNavigate();
  const { action, primary } = props;
  const look = primary ? "portal-button portal-button-primary" : "portal-button";
  return (
    <button
      type="button"
      className={action.destructive ? `${look} portal-button-critical` : look}
      disabled={action.disabled || action.loading}
      aria-busy={action.loading || undefined}
      onClick={() => (action.url ? navigate(action.url) : action.onAction?.())}
    >
      {action.label}
    </button>
  );
}

function PortalSaveBar(props: SaveBarProps) {
  const words = useTexts().frame.save;
  if (!props.dirty) return null;
  return (
    <section className="portal-save-bar" aria-label={words.title}>
      <span>{words.title}</span>
      <button type="button" className="portal-button" onClick={props.onDiscard}>
        {words.discard}
      </button>
      <button type="button" className="portal-button portal-button-primary" disabled={props.saving} onClick={props.onSave}>
        {words.save}
      </button>
    </section>
  );
}

function PortalConfirm(props: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (props.open && !dialog.current?.open) dialog.current?.showModal();
    if (!props.open && dialog.current?.open) dialog.current.close();
  }, [props.open]);
  return (
    <dialog ref={dialog} className="portal-dialog" aria-labelledby="portal-dialog-title" onClose={() => props.open && props.onCancel()}>
      <h2 id="portal-dialog-title">{props.title}</h2>
      <p>{props.body}</p>
      <div className="portal-actions">
        <button type="button" className="portal-button" onClick={props.onCancel}>
          {props.cancel}
        </button>
        <button
          type="button"
          className={`portal-button portal-button-primary${props.destructive ? " portal-button-critical" : ""}`}
          onClick={props.onConfirm}
        >
          {props.confirm}
        </button>
      </div>
    </dialog>
  );
}

export function PortalKitProvider(props: { children: ReactNode }) {
  const words = useTexts().frame.leave;
  const dirty = useRef(false);
  const answer = useRef<((yes: boolean) => void) | null>(null);
  const [asking, setAsking] = useState(false);
  const toasts = useToastQueue();
  const { show } = toasts;
  const settle = useCallback((yes: boolean) => {
    setAsking(false);
    answer.current?.(yes);
    answer.current = null;
  }, []);
  const kit = useMemo<Kit>(
    () => ({
      Screen: PortalScreen,
      SaveBar: PortalSaveBar,
      Confirm: PortalConfirm,
      toast: show,
      mayLeave: () =>
        new Promise((resolve) => {
          if (!dirty.current) return resolve(true);
          answer.current = resolve;
          setAsking(true);
        }),
      isDirty: () => dirty.current,
      setDirty: (now) => {
        dirty.current = now;
      },
    }),
    [show],
  );
  return (
    <KitProvider value={kit}>
      {props.children}
      <PortalToasts {...toasts} />
      <PortalConfirm
        open={asking}
        title={words.title}
        body={words.body}
        confirm={words.confirm}
        cancel={words.cancel}
        destructive
        onConfirm={() => settle(true)}
        onCancel={() => settle(false)}
      />
    </KitProvider>
  );
}
