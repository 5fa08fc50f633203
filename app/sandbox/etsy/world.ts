/** Everything the simulated platform knows, handed to each of its rules. */
import type { AccountNo, SimulatorHost } from "../simulator.ts";
import { ControlRefusal } from "../simulator.ts";
import type { Grants } from "./grants.ts";
import type { Quota } from "./quota.ts";
import type { Shop } from "./shop-state.ts";

export type EtsyApp = { keystring: string; sharedSecret: string; webhookSecret: string };

export type EtsyOptions = {
  /** Calls a second and in a sliding day for the whole app. Real default 10 and 10,000; raised here for the demo. */
  perSecond: number;
  perDay: number;
  /** Whether a refund moves the receipt's modification time. For years it did not (open-api issues 604, 629). */
  refundsMoveTime: boolean;
  /** Rows of a listing list that can be paged through, and what stands behind them; null = no end. Reported to be 12,000, unconfirmed. */
  listCeiling: { rows: number; behind: "empty" | "refused" | "repeats" } | null;
  /** Sections of each shop; a listing stands in the one that its id names modulo one more (0 = in none). */
  sections: number;
};

export type EtsyWorld = {
  host: SimulatorHost;
  app: EtsyApp;
  options: EtsyOptions;
  shops: Map<AccountNo, Shop>;
  grants: Grants;
  quota: Quota;
  /** Where the app's one webhook endpoint is; null = none set in the developer portal. */
  door: string | null;
  /** Listings whose change is being carried out; a second change meanwhile is answered 409. */
  busy: Set<number>;
};

export const nowMs = (world: EtsyWorld): number => world.host.now().getTime();
export const nowSeconds = (world: EtsyWorld): number => Math.floor(nowMs(world) / 1000);

export function shopOf(world: EtsyWorld, account: AccountNo): Shop {
  const shop = world.shops.get(account);
  if (!shop) throw new ControlRefusal(404, `etsy has no account ${account}`);
  return shop;
}
