/** Waits until nothing moves any more, as a seller would see it: no work, no message, no card, and the same numbers for a while. */
import { setTimeout as wait } from "node:timers/promises";
import type { Driver } from "./driver.server.ts";
import type { SoakWorld } from "./soak-world.server.ts";

const LOOK_EVERY_MS = 200;

export type Settled = { settled: boolean; tookMs: number; at: number; left: string };

/** @param quietMs how long nothing may have moved; more than the time between two looks at every number */
export async function settle(
  world: SoakWorld,
  driver: Driver,
  quietMs: number,
  boundMs: number,
  acceptCards: (nth: number) => boolean,
): Promise<Settled> {
  const begun = Date.now();
  let lastMoved = begun;
  let before = "";
  let nth = 0;
  for (;;) {
    const cards = await driver.decideCards(acceptCards(nth++));
    const [row] = await world.back.db.plain.query<{ open: number; marks: string }>(
      `select (select count(*) from channel_quantity q join connection c on c.id = q.connection_id where q.dirty and c.seller_id = $1)::int
           + (select count(*) from inbound_event where status = 'waiting' and seller_id = $1)::int as open,
         concat_ws(' ', (select count(*) from movement where seller_id = $1), (select count(*) from shown_change where seller_id = $1),
           (select sum(target) from channel_quantity where seller_id = $1), (select sum(confirmed) from channel_quantity where seller_id = $1)) as marks`,
      [world.sellerA],
    );
    const now = Date.now();
    const open = (row?.open ?? 0) + cards;
    if (open > 0 || row?.marks !== before) lastMoved = now;
    before = row?.marks ?? "";
    if (now - lastMoved >= quietMs) return { settled: true, tookMs: lastMoved - begun, at: now, left: "" };
    if (now - begun >= boundMs) return { settled: false, tookMs: now - begun, at: now, left: `${open} pieces of work are left` };
    await wait(LOOK_EVERY_MS);
  }
}
