/**
 * What platforms say of their own interfaces, kept once per connection and operation: shown under the channel's details, counted
 * for the operator, and logged the first time an operation of a channel is spoken of.
 */

import type { ConnectionRow } from "#app/data/connections.server.ts";
import { storeNotice } from "#app/data/platform-notices.server.ts";
import type { HttpAnswer } from "#app/platform/http.ts";
import type { House } from "./house.server.ts";

/** The same notice comes with every call; the row need not be told more often than this. */
const AGAIN_MS = 3_600_000;
const heard = new WeakMap<House, Map<string, number>>();

/** Never fails the call that carried it: a notice that gets lost is said again with the next one. */
export function noteNotices(house: House, connection: ConnectionRow, operation: string, answer: HttpAnswer): void {
  for (const { kind, text, endsAt } of house.channels[connection.channel].readNotices?.(operation, answer) ?? []) {
    // The version is the same for all calls of a connection.
    const about = kind === "other-version" ? "every call" : operation;
    if (!isNew(house, `${connection.id}/${about}/${kind}`)) continue;
    const first = isNew(house, `${connection.channel}/${about}/${kind}`);
    house.db
      .write(connection.sellerId, (sql) =>
        storeNotice(sql, connection.sellerId, connection.id, { id: house.newId(), operation: about, kind, text, endsAt }),
      )
      .then((fresh) => {
        const facts = { channel: connection.channel, operation: about, kind, said: text, endsAt: endsAt?.toISOString() ?? null };
        if (fresh && first) house.log.warn("a platform gave notice of its interface", facts);
      })
      .catch((error: unknown) =>
        house.log.warn("a platform's notice was not stored", { connectionId: connection.id, error: String(error) }),
      );
  }
}

function isNew(house: House, key: string): boolean {
  const known = heard.get(house) ?? new Map<string, number>();
  heard.set(house, known);
  const now = house.now().getTime();
  if (now - (known.get(key) ?? 0) < AGAIN_MS) return false;
  if (known.size > 10_000) known.clear();
  known.set(key, now);
  return true;
}
