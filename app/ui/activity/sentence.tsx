import { useChannelName } from "../channel-badge.tsx";
import { useFormat } from "../format.tsx";
import { hasDirection } from "../numbers/movement-kinds.ts";
import { useTexts } from "../texts/texts.tsx";

export type RecordLine = {
  id: string;
  source: "movement" | "shown" | "audit";
  at: Date;
  kind: string;
  outcome: string | null;
  channel: string | null;
  connectionName: string | null;
  itemId: string | null;
  title: string | null;
  orderNumber: string | null;
  actor: string | null;
  actorKey: string | null;
  before: number | null;
  after: number | null;
  units: number | null;
  note: string | null;
  correlationId: string | null;
};

/** One event as one sentence. A kind that has no sentence yet is shown by its own name rather than left out. */
export function useSentence(): (line: RecordLine) => string {
  const { activity, numbers } = useTexts();
  const format = useFormat();
  const name = useChannelName();
  const figure = (n: number | null) => (n === null ? numbers.unknown : format.number(n));
  // People have a row with their name; of what is no person the key itself says who it is.
  const actorOf = (key: string | null) =>
    key?.startsWith("channel:") ? name(key.slice(8)) : key === "demo" ? activity.demo : activity.someone;
  return (line) => {
    const said = {
      units:
        line.source === "movement" && !hasDirection(line.kind) ? format.signed(line.units ?? 0) : format.number(Math.abs(line.units ?? 0)),
      title: line.title ?? activity.unknownItem,
      channel: name(line.channel),
      order: line.orderNumber ? activity.order({ number: line.orderNumber }) : "",
      actor: line.actor ?? actorOf(line.actorKey),
      before: figure(line.before),
      after: figure(line.after),
    };
    const other = activity.other({ actor: said.actor, action: line.kind, channel: said.channel || null });
    switch (line.source) {
      case "movement":
        return activity.sentence[line.kind]?.(said) ?? other;
      case "shown":
        return (activity.shown[line.kind === "write" ? (line.outcome ?? "") : line.kind] ?? activity.shown.seen)?.(said) ?? other;
      case "audit":
        return activity.audit[line.kind]?.(said) ?? other;
      default: {
        const never: never = line.source;
        return never;
      }
    }
  };
}
