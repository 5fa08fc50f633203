import { useCallback, useEffect, useState } from "react";
import { useTexts } from "../texts/texts.tsx";
import type { ToastMessage } from "./kit.tsx";

type Shown = ToastMessage & { id: number };

const TOAST_MS = 5_000;
const UNDO_MS = 10_000;

export function useToastQueue() {
  const [shown, setShown] = useState<Shown[]>([]);
  const show = useCallback(
    (message: ToastMessage) => setShown((now) => [...now.slice(-2), { ...message, id: (now.at(-1)?.id ?? 0) + 1 }]),
    [],
  );
  const dismiss = useCallback((id: number) => setShown((now) => now.filter((toast) => toast.id !== id)), []);
  return { shown, show, dismiss };
}

/** One polite region for results. A toast waits while it is pointed at or holds the focus. */
export function PortalToasts(props: ReturnType<typeof useToastQueue>) {
  return (
    <div className="portal-toasts" role="status" aria-live="polite">
      {props.shown.map((toast) => (
        <OneToast key={toast.id} toast={toast} onGone={() => props.dismiss(toast.id)} />
      ))}
    </div>
  );
}

function OneToast(props: { toast: Shown; onGone: () => void }) {
  const { toast, onGone } = props;
  const words = useTexts().frame;
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(onGone, toast.undo ? UNDO_MS : TOAST_MS);
    return () => clearTimeout(timer);
  }, [held, onGone, toast.undo]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it only makes it wait; its buttons are the controls
    <div
      className="portal-toast"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{toast.text}</span>
      {toast.undo && (
        <button
          type="button"
          onClick={() => {
            toast.undo?.onUndo();
            onGone();
          }}
        >
          {toast.undo.label}
        </button>
      )}
      <button type="button" aria-label={words.close} onClick={onGone}>
        <span aria-hidden="true">×</span>
      </button>
    </div>
  );
}
