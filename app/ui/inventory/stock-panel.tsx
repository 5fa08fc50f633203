import { AnchoredPanel } from "../anchored-panel.tsx";
import { WhyPanel } from "../numbers/why-panel.tsx";
import { EditStock } from "../stock/edit-stock.tsx";
import { useTexts } from "../texts/texts.tsx";
import type { ItemRow, Opened } from "./inventory-data.ts";

/** The page's one panel. It is given the rows as they are now, so that a sale that arrives while it is open shows in it. */
export function StockPanel(props: { opened: Opened; rows: ItemRow[]; onClose: () => void }) {
  const { opened, rows, onClose } = props;
  const words = useTexts().inventory.edit;
  const row = rows.find((r) => r.id === opened.itemId);
  const { number } = opened;
  const current = number && (row?.numbers.find((n) => n.listingId === number.listingId) ?? number);
  const label = words.heading({ title: number?.title ?? row?.title ?? "" });
  return (
    <AnchoredPanel anchor={opened.anchor} label={label} onClose={onClose}>
      {current ? (
        <WhyPanel number={current} available={row?.available ?? null} onDone={onClose} />
      ) : (
        row && (
          <div className="why">
            <h2>{label}</h2>
            <EditStock item={row} onDone={onClose} />
          </div>
        )
      )}
    </AnchoredPanel>
  );
}
