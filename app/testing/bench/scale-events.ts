/** Orders for the bench of scale, recorded and applied through our own code. */
import type { NewEvent } from "#app/data/intake.server.ts";
import type { ChannelOrder } from "#app/domain/channel-words.ts";
import { applyEvents } from "#app/flows/apply-events.server.ts";
import type { Random } from "#app/sandbox/random.ts";
import type { Rig } from "../rig.server.ts";
import type { ScaleShop } from "./scale-shop.ts";

const GROUP = 100;

/**
 * As many things sell in a shop of any size, spread evenly over it: with more of them fewer sales would meet in one number, and the
 * price of that is not the price of a large table.
 */
const SELLING = 250;

/** Milliseconds for each event, recorded in groups as they come together at the door, and applied. */
export async function costPerEvent(rig: Rig, shop: ScaleShop, events: number, mark: string, random: Random): Promise<number> {
  const connectionId = shop.connections[0]!.id;
  const all = Array.from({ length: events }, (_, n) =>
    orderEvent(rig, shop, `${mark}-${n}`, `${shop.mark}-${1 + Math.floor(random.next() * SELLING) * Math.floor(shop.items / SELLING)}`),
  );
  const begun = performance.now();
  for (let from = 0; from < all.length; from += GROUP) await rig.web.intake!.record(all.slice(from, from + GROUP));
  const applied = await applyEvents(rig.house, connectionId);
  const took = performance.now() - begun;
  if (applied !== events) throw new Error(`${events} events were recorded and ${applied} applied`);
  return took / events;
}

function orderEvent(rig: Rig, shop: ScaleShop, key: string, sku: string): NewEvent {
  const at = rig.house.now();
  const order: ChannelOrder = {
    ...{ externalId: key, number: key, status: "open", paid: true, placedAt: at, updatedAt: at, observedAt: at, currency: "EUR" },
    lines: [
      {
        ...{ externalId: "1", listingExternalId: sku, sku, title: sku, quantity: 1, held: 1, consumed: 0, returnable: 0 },
        ...{ channelDeducted: { min: 1, max: 1 }, unitPriceMinor: 100 },
      },
    ],
  };
  return {
    ...{ id: rig.house.newId(), sellerId: shop.sellerId, connectionId: shop.connections[0]!.id, topic: "order.created", dedupeKey: key },
    ...{ keyUntil: null, events: JSON.stringify([{ type: "order", order }]), status: "waiting", parkedReason: null },
    ...{ correlationId: rig.house.newId(), receivedAt: at },
  };
}
