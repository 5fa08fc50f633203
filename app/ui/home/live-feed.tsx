import { Link } from "@remix-run/react";
import { BlockStack, InlineStack, Text } from "@shopify/polaris";
import { useRef, useState } from "react";
import { useChannelName } from "../channel-badge.tsx";
import { Moment, useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { hasDirection } from "../numbers/movement-kinds.ts";
import { useTexts } from "../texts/texts.tsx";

export type FeedRow = {
  id: string;
  kind: string;
  itemId: string;
  title: string;
  sku: string;
  onHandDelta: number;
  reservedDelta: number;
  channel: string | null;
  actor: string | null;
  recordedAt: Date;
  chips: { connectionId: string; channel: string; pending: boolean; tookMs: number | null }[];
};

/** The latest changes, each with how far it has travelled. While somebody points at the list, new rows gather behind a button. */
export function LiveFeed(props: { travels: FeedRow[] }) {
  const words = useTexts();
  const [held, setHeld] = useState(false);
  const shownIds = useRef<string[]>(props.travels.map((row) => row.id));
  const ids = props.travels.map((row) => row.id);
  const fresh = ids.filter((id) => !shownIds.current.includes(id)).length;
  const [, redraw] = useState(0);
  if (!held || fresh === props.travels.length) shownIds.current = ids;
  const rows = props.travels.filter((row) => shownIds.current.includes(row.id));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing at the list only holds it still; its links are the controls
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={(event) => setHeld(event.currentTarget.contains(event.relatedTarget))}
    >
      <BlockStack gap="200">
        <InlineStack align="space-between" blockAlign="center">
          <Text as="h2" variant="headingMd">
            {words.home.feed.title}
          </Text>
          {held && fresh > 0 && (
            <button
              type="button"
              className="chip"
              onClick={() => {
                shownIds.current = ids;
                redraw((n) => n + 1);
              }}
            >
              {words.frame.live.fresh({ n: fresh })}
            </button>
          )}
        </InlineStack>
        {rows.length === 0 && <p className="quiet">{words.home.feed.none}</p>}
        <ul className="plain-list" aria-label={words.home.feed.list}>
          {rows.map((row) => (
            <FeedLine key={row.id} row={row} />
          ))}
        </ul>
      </BlockStack>
    </div>
  );
}

function FeedLine(props: { row: FeedRow }) {
  const { row } = props;
  const { home, numbers } = useTexts();
  const front = useFront();
  const format = useFormat();
  const name = useChannelName();
  const where = row.channel ? home.feed.on({ channel: name(row.channel) }) : row.actor ? home.feed.by({ name: row.actor }) : "";
  const units = row.onHandDelta !== 0 ? row.onHandDelta : row.reservedDelta;
  const moved = hasDirection(row.kind);
  const said = {
    what: numbers.movement[row.kind] ?? row.kind,
    units: moved ? format.number(Math.abs(units)) : format.signed(units),
    title: row.title,
    where,
  };
  return (
    <li className="feed-row">
      <span className="quiet numeric">
        <Moment at={row.recordedAt} />
      </span>
      <Link to={front.to(`/inventory/items/${row.itemId}`)} className="one-line" discover="none">
        {moved ? home.feed.moved(said) : home.feed.changed(said)} <span className="quiet">{row.sku}</span>
      </Link>
      <span className="feed-chips">
        {row.chips.map((chip) => (
          <TravelChip key={chip.connectionId} chip={chip} />
        ))}
      </span>
    </li>
  );
}

function TravelChip(props: { chip: FeedRow["chips"][number] }) {
  const { chip } = props;
  const { home, frame } = useTexts();
  const format = useFormat();
  const channel = useChannelName()(chip.channel);
  if (chip.pending || chip.tookMs === null) {
    return (
      <span className="travel-chip travel-chip-pending">
        {channel} <span aria-hidden="true">…</span>
        <span className="is-hidden">{home.feed.pending}</span>
      </span>
    );
  }
  const time = frame.lag.ms({ n: format.seconds(chip.tookMs) });
  return (
    <span className="travel-chip travel-chip-done" title={home.feed.took({ channel, time })}>
      {channel} <span aria-hidden="true">✓</span> {time}
    </span>
  );
}
