import { Link as RemixLink } from "@remix-run/react";
import { IndexTable, Link, Text } from "@shopify/polaris";
import { type MouseEvent, memo } from "react";
import { useChannelName } from "../channel-badge.tsx";
import { Moment, useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { NumberMark, usePendingNumber } from "../numbers/number-mark.tsx";
import type { NumberOnChannel } from "../numbers/number-on-channel.ts";
import { useTexts } from "../texts/texts.tsx";
import { type Cell, useGridFocus } from "./grid-focus.ts";
import type { ChannelColumn, ItemRow, Opened } from "./inventory-data.ts";

type ItemTableProps = {
  rows: ItemRow[];
  channels: ChannelColumn[];
  phone: boolean;
  /** Ids of items that something is to be done to together. */
  chosen: ReadonlySet<string>;
  onOpen: (opened: Opened) => void;
  onChoose: (itemId: string) => void;
};

/** 50 rows with a number per channel; every number is a button that opens the page's one panel. */
export function ItemTable(props: ItemTableProps) {
  const { rows, channels, phone, onOpen, onChoose } = props;
  const words = useTexts().inventory;
  const name = useChannelName();
  const front = useFront();
  const grid = useGridFocus();
  const several = (channel: ChannelColumn) => channels.filter((c) => c.channel === channel.channel).length > 1;
  // One cause, said once: not in every cell of the column.
  const title = (channel: ChannelColumn) => {
    const plain = name(channel.channel, several(channel) ? channel.name : null);
    return channel.blind ? words.blind({ channel: plain }) : plain;
  };
  const headings = [
    { title: words.columns.item },
    { title: words.columns.onHand, alignment: "end" as const },
    { title: words.columns.reserved, alignment: "end" as const },
    { title: words.columns.available, alignment: "end" as const },
    ...channels.map((c) => ({ title: title(c), id: c.connectionId, alignment: "end" as const })),
    { title: words.columns.last },
  ] as const;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the buttons inside
    <div onKeyDown={grid.onKeyDown}>
      <IndexTable
        resourceName={{ singular: words.columns.item, plural: words.title }}
        itemCount={rows.length}
        headings={headings as never}
        selectable={false}
        condensed={phone}
      >
        {rows.map((row, index) => (
          <Row
            key={row.id}
            {...{ row, index, channels, phone, onOpen, onChoose }}
            chosen={props.chosen.has(row.id)}
            activeColumn={grid.active.row === index ? grid.active.column : null}
            onActive={grid.setActive}
          />
        ))}
      </IndexTable>
      {/* Tells the router of the items' address once, instead of asking for every row's link (they stay undiscovered). */}
      {rows[0] && <RemixLink hidden to={front.to(`/inventory/items/${rows[0].id}`)} tabIndex={-1} />}
    </div>
  );
}

type RowProps = {
  row: ItemRow;
  index: number;
  channels: ChannelColumn[];
  phone: boolean;
  activeColumn: number | null;
  chosen: boolean;
  onChoose: (itemId: string) => void;
  onActive: (cell: Cell) => void;
  onOpen: (opened: Opened) => void;
};

const Row = memo(function Row(props: RowProps) {
  const { row, index, channels, phone } = props;
  const format = useFormat();
  const front = useFront();
  if (phone) return <PhoneRow {...props} />;
  return (
    <IndexTable.Row id={row.id} position={index}>
      <IndexTable.Cell>
        <div className="one-line" style={{ maxWidth: "18rem" }}>
          <ChooseBox {...props} />{" "}
          <Link url={front.to(`/inventory/items/${row.id}`)} dataPrimaryLink removeUnderline>
            <Text as="span" fontWeight="semibold">
              {row.title}
            </Text>
          </Link>
          <br />
          <span className="quiet">{row.sku}</span>
        </div>
      </IndexTable.Cell>
      <IndexTable.Cell>
        <PlainNumber value={format.number(row.onHand)} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <PlainNumber value={format.number(row.reserved)} />
      </IndexTable.Cell>
      <IndexTable.Cell>
        <div className="end">
          <AvailableButton {...props} />
        </div>
      </IndexTable.Cell>
      {channels.map((channel, column) => (
        <IndexTable.Cell key={channel.connectionId}>
          <div className="end">
            <NumbersOf {...props} connectionId={channel.connectionId} column={column + 1} />
          </div>
        </IndexTable.Cell>
      ))}
      <IndexTable.Cell>
        <span className="quiet numeric">{row.movedAt ? <Moment at={row.movedAt} /> : null}</span>
      </IndexTable.Cell>
    </IndexTable.Row>
  );
});

function PlainNumber(props: { value: string }) {
  return (
    <Text as="span" alignment="end" numeric>
      {props.value}
    </Text>
  );
}

function PhoneRow(props: RowProps) {
  const { row, index, channels } = props;
  const front = useFront();
  const name = useChannelName();
  return (
    <IndexTable.Row id={row.id} position={index}>
      <div className="phone-row">
        <div className="phone-row-head">
          <span>
            <ChooseBox {...props} />{" "}
            <Link url={front.to(`/inventory/items/${row.id}`)} dataPrimaryLink>
              {row.title}
            </Link>
          </span>
          <AvailableButton {...props} />
        </div>
        <span className="quiet">{row.sku}</span>
        <div className="phone-numbers">
          {channels.map((channel, column) => (
            <span key={channel.connectionId}>
              <span className="quiet">{name(channel.channel)}</span>{" "}
              <NumbersOf {...props} connectionId={channel.connectionId} column={column + 1} />
            </span>
          ))}
        </div>
      </div>
    </IndexTable.Row>
  );
}

/** The row would follow a click anywhere in it, so the button keeps its own. */
function open(event: MouseEvent<HTMLElement>, then: (anchor: HTMLElement) => void) {
  event.stopPropagation();
  then(event.currentTarget);
}

function ChooseBox(props: RowProps) {
  const { row, chosen, onChoose } = props;
  const words = useTexts().tags;
  const front = useFront();
  if (!front.mayChange) return null;
  return (
    <input
      type="checkbox"
      checked={chosen}
      aria-label={words.choose({ title: row.title })}
      onClick={(event) => event.stopPropagation()}
      onChange={() => onChoose(row.id)}
    />
  );
}

function AvailableButton(props: RowProps) {
  const { row, index, activeColumn, onActive, onOpen } = props;
  const words = useTexts().inventory.edit;
  const format = useFormat();
  return (
    <button
      type="button"
      className="number-button numeric"
      data-row={index}
      data-column={0}
      tabIndex={activeColumn === 0 ? 0 : -1}
      aria-haspopup="dialog"
      aria-label={words.label({ title: row.title, available: format.number(row.available) })}
      onFocus={() => onActive({ row: index, column: 0 })}
      onClick={(event) => open(event, (anchor) => onOpen({ anchor, number: null, itemId: row.id }))}
    >
      {format.number(row.available)}
    </button>
  );
}

/** Usually one; a pack of the same item on the same channel stands beside it with its factor. */
function NumbersOf(props: RowProps & { connectionId: string; column: number }) {
  const words = useTexts().numbers;
  const numbers = props.row.numbers.filter((n) => n.connectionId === props.connectionId);
  if (numbers.length === 0) return <span className="quiet number-none">{words.none}</span>;
  return numbers.map((number) => <NumberButton key={number.listingId} {...props} number={number} />);
}

function NumberButton(props: RowProps & { column: number; number: NumberOnChannel }) {
  const { row, index, column, number, activeColumn, onActive, onOpen } = props;
  const words = useTexts().numbers.why;
  const name = useChannelName();
  const pending = usePendingNumber();
  return (
    <button
      type="button"
      className="number-button"
      data-row={index}
      data-column={column}
      tabIndex={activeColumn === column ? 0 : -1}
      aria-haspopup="dialog"
      aria-label={words.open({ n: pending(number).spoken, channel: name(number.channel), title: number.title })}
      onFocus={() => onActive({ row: index, column })}
      onClick={(event) => open(event, (anchor) => onOpen({ anchor, number, itemId: row.id }))}
    >
      <NumberMark number={number} />
      {(number.units ?? 1) > 1 && <span className="quiet"> ×{number.units}</span>}
    </button>
  );
}
