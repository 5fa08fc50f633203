/**
 * The neutral seed as an eBay shop: about two thirds of the things stand in old-style Trading listings, some of them as
 * variations of one listing, the rest in Inventory API listings, some of those in a group.
 */
import type { AccountNo, SeedItem, SimulatorHost, WorldSeed } from "../simulator.ts";
import { emptyShop, type ShopState, type SimListing, type SimOffer, type Unit } from "./shop-state.ts";

const FIRST_ITEM_ID = 110_000_000_000;
const FIRST_VARIATION_ID = 610_000_000_000;
const GROUP_SIZE = 3;

export function newItemId(host: SimulatorHost): string {
  return String(FIRST_ITEM_ID + host.nextId());
}

export function newUnit(sku: string, quantity: number, priceMinor: number, extra: Partial<Unit> = {}): Unit {
  return { sku, variationId: null, specifics: [], quantity, sold: 0, offerId: null, priceMinor, active: false, ...extra };
}

export function newListing(host: SimulatorHost, what: Pick<SimListing, "title" | "model" | "units">): SimListing {
  return {
    itemId: newItemId(host),
    listingType: "FixedPriceItem",
    multi: what.units.some((unit) => unit.variationId !== null),
    status: "Active",
    startedAt: host.now().toISOString(),
    relistedAs: null,
    revisions: { day: "", count: 0 },
    ...what,
  };
}

export function buildShop(host: SimulatorHost, world: WorldSeed, account: AccountNo): ShopState {
  const state = emptyShop(account);
  const composites = world.composites.filter((item) => item.account === account && item.channels.includes("ebay"));
  const things: SeedItem[] = [...world.simple.filter((item) => item.account === account), ...composites];
  let group: SeedItem[] = [];
  things.forEach((item, index) => {
    // Of each nine things three form one Trading listing with variations, three stand alone in Trading, two make a group of the
    // Inventory API and one stands alone there.
    const slot = index % 9;
    if (slot < 3 || slot === 6 || slot === 7) {
      group.push(item);
      if (group.length < (slot < 3 ? GROUP_SIZE : 2) && index < things.length - 1) return;
      addListing(host, state, group, slot < 3 ? "trading" : "inventory");
      group = [];
    } else addListing(host, state, [item], slot < 6 ? "trading" : "inventory");
  });
  return state;
}

function addListing(host: SimulatorHost, state: ShopState, members: SeedItem[], model: "trading" | "inventory"): void {
  const multi = members.length > 1;
  const title = multi ? `${members[0]!.title} and relatives` : members[0]!.title;
  const groupKey = multi && model === "inventory" ? `GROUP-${members[0]!.sku}` : null;
  const units = members.map((member) =>
    newUnit(member.sku, model === "trading" ? member.quantity : 0, member.priceMinor, {
      variationId: multi ? String(FIRST_VARIATION_ID + host.nextId()) : null,
      specifics: multi ? [{ name: "Style", value: member.title }] : [],
    }),
  );
  const listing = newListing(host, { title, model, units });
  state.listings.push(listing);
  if (model === "trading") return;
  members.forEach((member, index) => {
    const offer: SimOffer = {
      offerId: String(8_000_000_000 + host.nextId()),
      sku: member.sku,
      marketplaceId: "EBAY_US",
      available: member.quantity,
      status: "PUBLISHED",
      listingId: listing.itemId,
      priceMinor: member.priceMinor,
    };
    state.offers.push(offer);
    state.items.push({ sku: member.sku, title: member.title, total: member.quantity, groupKey });
    units[index]!.offerId = offer.offerId;
  });
}
