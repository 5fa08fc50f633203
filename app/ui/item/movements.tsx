import { Link } from "@remix-run/react";
import { BlockStack, Text } from "@shopify/polaris";
import { useChannelName } from "../channel-badge.tsx";
import { Moment, useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { Pager } from "../list-tools.tsx";
import { UndoChange } from "../stock/undo-change.tsx";
import { useTexts } from "../texts/texts.tsx";

export type MovementLine = {
  id: string;
  kind: string;
  onHandDelta: number;
  reservedDelta: number;
  onHandAfter: number;
  reservedAfter: number;
  channel: string | null;
  orderNumber: string | null;
  actor: string | null;
  note: string | null;
  recordedAt: Date;
  correlationId: string;
  undoneBy: string | null;
  canUndo: boolean;
};

type MovementsProps = { itemId: string; movements: MovementLine[]; previousPage: string | null; nextPage: string | null };

/** Newest first, each with the level it led to; a person's own change carries its undo for as long as it stands. */
export function Movements(props: MovementsProps) {
  const { inventory, stockAt } = useTexts();
  const words = inventory.item;
  const front = useFront();
  return (
    <BlockStack gap="200">
      <div className="phone-row-head">
        <Text as="h2" variant="headingMd">
          {words.movements}
        </Text>
        <Link to={front.to(`/activity/stock-at?item=${props.itemId}`)}>{stockAt.link}</Link>
      </div>
      {props.movements.length === 0 && <p className="quiet">{words.noMovements}</p>}
      <ul className="plain-list">
        {props.movements.map((movement) => (
          <MovementRow key={movement.id} movement={movement} itemId={props.itemId} />
        ))}
      </ul>
      <Pager previousPage={props.previousPage} nextPage={props.nextPage} />
    </BlockStack>
  );
}

function MovementRow(props: { movement: MovementLine; itemId: string }) {
  const { movement } = props;
  const { inventory, numbers, restore } = useTexts();
  const words = inventory.item;
  const format = useFormat();
  const front = useFront();
  const name = useChannelName();
  const what = numbers.movement[movement.kind] ?? movement.kind;
  const units = movement.onHandDelta !== 0 ? movement.onHandDelta : movement.reservedDelta;
  const order = movement.orderNumber && words.order({ number: movement.orderNumber, channel: name(movement.channel) });
  const note = movement.note === movement.orderNumber ? null : movement.note;
  const aside = [order, !order && movement.actor && words.by({ name: movement.actor }), note].filter(Boolean).join(" · ");
  return (
    <li className="movement-row">
      <span>
        <strong>{what}</strong> <span className="numeric">{format.signed(units)}</span> <span className="quiet">{aside}</span>
        {movement.undoneBy && <span className="quiet"> · {words.undone}</span>}
      </span>
      <span className="quiet numeric end">
        {words.after({ n: format.number(movement.onHandAfter) })}
        {movement.reservedAfter !== 0 && ` · ${words.reserved({ n: format.number(movement.reservedAfter) })}`}
      </span>
      <span className="quiet">
        <Moment at={movement.recordedAt} /> ·{" "}
        <Link to={front.to(`/activity?chain=${encodeURIComponent(movement.correlationId)}`)}>{words.chain}</Link> ·{" "}
        <Link to={front.to(`/activity/restore?item=${props.itemId}&at=${justBefore(movement.recordedAt)}`)}>{restore.toBefore}</Link>
      </span>
      <span className="end">
        {movement.canUndo && front.mayChange && (
          <UndoChange
            movementId={movement.id}
            units={movement.onHandDelta}
            what={what}
            label={words.undoLabel({ what, at: format.time(movement.recordedAt) })}
          />
        )}
      </span>
    </li>
  );
}

function justBefore(at: Date): string {
  return encodeURIComponent(new Date(at.getTime() - 1).toISOString());
}
