import { type CSSProperties, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTexts } from "./texts/texts.tsx";

type AnchoredPanelProps = { anchor: HTMLElement; label: string; onClose: () => void; children: ReactNode };

const GAP_PX = 6;

/**
 * One panel for a whole table, placed at the cell that was opened: Polaris' popover needs a wrapper per cell, and a page holds
 * hundreds. Esc closes and gives the focus back; on a phone it is a sheet at the bottom.
 */
export function AnchoredPanel(props: AnchoredPanelProps) {
  const { anchor, label, onClose, children } = props;
  const words = useTexts().frame;
  const panel = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null);

  useLayoutEffect(() => {
    const put = () => {
      const cell = anchor.getBoundingClientRect();
      const own = panel.current?.getBoundingClientRect();
      if (!own) return;
      const below = cell.bottom + GAP_PX;
      const top = below + own.height > innerHeight ? Math.max(GAP_PX, cell.top - own.height - GAP_PX) : below;
      setPlace({ top, left: Math.max(GAP_PX, Math.min(cell.right - own.width, innerWidth - own.width - GAP_PX)) });
    };
    put();
    const watch = new ResizeObserver(put);
    if (panel.current) watch.observe(panel.current);
    addEventListener("scroll", put, true);
    addEventListener("resize", put);
    return () => {
      watch.disconnect();
      removeEventListener("scroll", put, true);
      removeEventListener("resize", put);
    };
  }, [anchor]);

  useEffect(() => {
    panel.current?.focus();
    return () => anchor.focus();
  }, [anchor]);

  useEffect(() => {
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !panel.current?.contains(event.target) && !anchor.contains(event.target)) onClose();
    };
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [anchor, onClose]);

  return (
    <div
      ref={panel}
      role="dialog"
      aria-label={label}
      tabIndex={-1}
      className="anchored-panel"
      style={panelPlace(place)}
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <button type="button" className="anchored-close" aria-label={words.close} onClick={onClose}>
        <span aria-hidden="true">×</span>
      </button>
      {children}
    </div>
  );
}

/** Handed over as custom properties, so that the phone's sheet can stand elsewhere. */
function panelPlace(place: { left: number; top: number } | null): CSSProperties {
  const { left, top } = place ?? { left: 0, top: 0 };
  return { "--panel-left": `${left}px`, "--panel-top": `${top}px`, visibility: place ? undefined : "hidden" } as CSSProperties;
}
