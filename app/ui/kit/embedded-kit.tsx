/** The kit inside Shopify admin: title bar, toasts, save bar and modals are the admin's own, reached through App Bridge. */
import { Modal, SaveBar, TitleBar } from "@shopify/app-bridge-react";
import { Page } from "@shopify/polaris";
import { type ReactNode, useLayoutEffect, useMemo, useRef } from "react";
import { useTexts } from "../texts/texts.tsx";
import { useGuardedNavigate } from "./guarded-navigation.tsx";
import { type ConfirmProps, type Kit, KitProvider, type SaveBarProps, type ScreenAction, type ScreenProps } from "./kit.tsx";

const TOAST_MS = 5_000;
const UNDO_MS = 10_000;

function EmbeddedScreen(props: ScreenProps) {
  const navigate = useGuardedNavigate();
  const { back, primary, secondary = [], wide, children } = props;
  const act = (action: ScreenAction) => (action.url ? navigate(action.url) : action.onAction?.());
  return (
    <>
      <TitleBar title={props.title}>
        {back && (
          <button type="button" variant="breadcrumb" onClick={() => navigate(back.url)}>
            {back.label}
          </button>
        )}
        {primary && (
          <button type="button" variant="primary" disabled={primary.disabled || primary.loading} onClick={() => act(primary)}>
            {primary.label}
          </button>
        )}
        {secondary.map((action) => (
          <button key={action.label} type="button" disabled={action.disabled || action.loading} onClick={() => act(action)}>
            {action.label}
          </button>
        ))}
      </TitleBar>
      <Page fullWidth={wide}>
        {/* The admin's bar shows the title outside our frame; readers inside it need one too. */}
        <h1 className="is-hidden">{props.title}</h1>
        {children}
      </Page>
    </>
  );
}

const SAVE_BAR_ID = "inventorysync-save-bar";

function EmbeddedSaveBar(props: SaveBarProps) {
  const words = useTexts().frame.save;
  // Left alone, the admin's bar outlives the page that showed it.
  useLayoutEffect(() => () => void window.shopify?.saveBar.hide(SAVE_BAR_ID), []);
  return (
    <SaveBar id={SAVE_BAR_ID} open={props.dirty} discardConfirmation>
      <button type="button" variant="primary" disabled={props.saving} onClick={props.onSave}>
        {words.save}
      </button>
      <button type="button" onClick={props.onDiscard}>
        {words.discard}
      </button>
    </SaveBar>
  );
}

function EmbeddedConfirm(props: ConfirmProps) {
  return (
    <Modal variant="small" open={props.open} onHide={props.onCancel}>
      <p className="modal-body">{props.body}</p>
      <TitleBar title={props.title}>
        <button type="button" variant="primary" tone={props.destructive ? "critical" : undefined} onClick={props.onConfirm}>
          {props.confirm}
        </button>
        <button type="button" onClick={props.onCancel}>
          {props.cancel}
        </button>
      </TitleBar>
    </Modal>
  );
}

export function EmbeddedKitProvider(props: { children: ReactNode }) {
  const dirty = useRef(false);
  const kit = useMemo<Kit>(
    () => ({
      Screen: EmbeddedScreen,
      SaveBar: EmbeddedSaveBar,
      Confirm: EmbeddedConfirm,
      toast: ({ text, undo }) =>
        void window.shopify?.toast.show(
          text,
          undo ? { action: undo.label, onAction: undo.onUndo, duration: UNDO_MS } : { duration: TOAST_MS },
        ),
      // The admin asks by itself and resolves only when the page may be left.
      mayLeave: async () => {
        if (dirty.current) await window.shopify?.saveBar.leaveConfirmation();
        return true;
      },
      isDirty: () => dirty.current,
      setDirty: (now) => {
        dirty.current = now;
      },
    }),
    [],
  );
  return <KitProvider value={kit}>{props.children}</KitProvider>;
}
