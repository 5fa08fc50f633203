/**
 * Five ports through which every screen speaks to its front: the screen's frame, toasts, the save bar, the question before an
 * act without undo, and leaving a page. Each front brings its own pieces; a screen never knows which.
 */
import { type ComponentType, createContext, type ReactNode, useContext, useLayoutEffect } from "react";

export type ScreenAction = {
  label: string;
  onAction?: () => void;
  url?: string;
  disabled?: boolean;
  loading?: boolean;
  destructive?: boolean;
};

export type ScreenProps = {
  title: string;
  back?: { label: string; url: string };
  primary?: ScreenAction;
  secondary?: ScreenAction[];
  /** Lists use the whole width, everything else a reading width. */
  wide?: boolean;
  children: ReactNode;
};

/** At most three words; with `undo`, ten seconds to use it. The same undo also stands in the record. */
export type ToastMessage = { text: string; undo?: { label: string; onUndo: () => void } };

export type SaveBarProps = { dirty: boolean; saving: boolean; onSave: () => void; onDiscard: () => void };

export type ConfirmProps = {
  open: boolean;
  title: string;
  body: string;
  confirm: string;
  cancel: string;
  destructive?: boolean;
  onConfirm: () => void;
  onCancel: () => void;
};

export type Kit = {
  Screen: ComponentType<ScreenProps>;
  SaveBar: ComponentType<SaveBarProps>;
  Confirm: ComponentType<ConfirmProps>;
  toast: (message: ToastMessage) => void;
  /** Resolves true when the page may be left: nothing is unsaved, or the seller said so. */
  mayLeave: () => Promise<boolean>;
  /** Whether leaving needs that question at all. */
  isDirty: () => boolean;
  setDirty: (dirty: boolean) => void;
};

const KitContext = createContext<Kit | null>(null);

export const KitProvider = KitContext.Provider;

export function useKit(): Kit {
  const kit = useContext(KitContext);
  if (!kit) throw new Error("a screen stands outside a front's frame");
  return kit;
}

export function Screen(props: ScreenProps) {
  const { Screen: Frame } = useKit();
  return <Frame {...props} />;
}

export function SaveBarPort(props: SaveBarProps) {
  const { SaveBar, setDirty } = useKit();
  const { dirty } = props;
  useLayoutEffect(() => {
    setDirty(dirty);
    return () => setDirty(false);
  }, [dirty, setDirty]);
  return <SaveBar {...props} />;
}

export function ConfirmModal(props: ConfirmProps) {
  const { Confirm } = useKit();
  return <Confirm {...props} />;
}

export function useToast(): (message: ToastMessage) => void {
  return useKit().toast;
}
