/** A listing that ended, was switched off or is gone by somebody else's hand: out of the comparison, no target, a card (settled.md 12). */
import { appendAudit, raiseAlert } from "#app/data/audit.server.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { retarget } from "#app/data/targets.server.ts";
import type { House } from "./house.server.ts";
import type { Judged } from "./judged-reading.ts";

const WORDS: Record<string, string> = {
  ended: "has ended",
  inactive: "was switched off",
  draft: "is a draft now",
  missing: "is gone",
  untracked: "no longer tracks its stock",
};

/** Answers the connections whose targets changed: where it kept the last units, others show them now. */
export async function noteVanished(
  house: House,
  sql: Sql,
  connection: ConnectionRow,
  judged: readonly Judged[],
  correlationId: string,
): Promise<Set<string>> {
  const touched = new Set<string>();
  const out = judged.flatMap((j) => (j.verdict.kind === "out-of-comparison" ? [{ ...j, verdict: j.verdict }] : []));
  for (const { row, verdict } of out) {
    const listings = await sql.query<{ title: string }>(`update listing set state = $2 where quantity_id = $1 returning title`, [
      row.id,
      verdict.state,
    ]);
    await raiseAlert(sql, connection.sellerId, {
      id: house.newId(),
      connectionId: connection.id,
      kind: "vanished",
      key: `vanished:${row.id}`,
      severity: 4,
      text: `${listings[0]?.title ?? "A listing"} ${WORDS[verdict.state] ?? "cannot be bought"} on ${connection.name}. We leave it alone; the other channels go on.`,
      data: { quantityId: row.id, state: verdict.state },
    });
    await appendAudit(sql, connection.sellerId, [
      {
        id: house.newId(),
        connectionId: connection.id,
        action: "notice.listing-state",
        subject: row.id,
        actorKey: "engine",
        facts: { state: verdict.state },
        correlationId,
      },
    ]);
  }
  const [first] = out;
  if (first === undefined) return touched;
  // All at once: what follows from many of them is one change, and the brake is asked about the whole of it.
  const cause = { kind: "listing-state", id: correlationId, at: first.reading.sentAt };
  const ids = out.map(({ row }) => row.id);
  for (const change of await retarget(sql, connection.sellerId, ids, cause, house.now())) touched.add(change.connectionId);
  return touched;
}
