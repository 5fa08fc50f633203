/**
 * One simulated seller account: finds listings and numbers quickly, changes numbers, and writes every change of a shown number
 * into the journal. Old values are remembered for the readings that eBay serves late.
 */
import { History } from "../history.ts";
import { ControlRefusal, type SimulatorHost } from "../simulator.ts";
import type { ShopState, SimInventoryItem, SimListing, SimOffer, Unit } from "./shop-state.ts";

export type Cause = { by: "api" | "order" | "hand"; call: string | null };
export type Place = { listing: SimListing; unit: Unit };

export class Shop {
  readonly state: ShopState;
  private readonly host: SimulatorHost;
  private readonly listingsById = new Map<string, SimListing>();
  private readonly placesBySku = new Map<string, Place[]>();
  private readonly itemsBySku = new Map<string, SimInventoryItem>();
  private readonly offersById = new Map<string, SimOffer>();
  private readonly offersBySku = new Map<string, SimOffer[]>();
  private readonly past = new Map<object, History<object>>();
  private active: SimListing[] = [];
  private someEnded = false;

  constructor(host: SimulatorHost, state: ShopState) {
    this.host = host;
    this.state = state;
    for (const item of state.items) this.itemsBySku.set(item.sku, item);
    for (const offer of state.offers) this.indexOffer(offer);
    for (const listing of state.listings) this.indexListing(listing);
  }

  listing(itemId: string): SimListing | undefined {
    return this.listingsById.get(itemId);
  }

  item(sku: string): SimInventoryItem | undefined {
    return this.itemsBySku.get(sku);
  }

  offer(offerId: string): SimOffer | undefined {
    return this.offersById.get(offerId);
  }

  offersOf(sku: string): SimOffer[] {
    return this.offersBySku.get(sku) ?? [];
  }

  /** Where a SKU can be bought now. */
  placesOf(sku: string): Place[] {
    return this.placesBySku.get(sku) ?? [];
  }

  activeListings(): SimListing[] {
    if (this.someEnded) {
      this.active = this.active.filter((listing) => listing.status === "Active");
      this.someEnded = false;
    }
    return this.active;
  }

  addListing(listing: SimListing): void {
    this.state.listings.push(listing);
    this.indexListing(listing);
    this.host.touched();
  }

  addItem(item: SimInventoryItem): void {
    this.state.items.push(item);
    this.itemsBySku.set(item.sku, item);
    this.host.touched();
  }

  addOffer(offer: SimOffer): void {
    this.state.offers.push(offer);
    this.indexOffer(offer);
    this.host.touched();
  }

  /** Units a buyer can take now. `staleMs`: as a late reading would say it. */
  shown(unit: Unit, staleMs = 0): number {
    if (unit.offerId === null) {
      const { quantity, sold } = this.asSeen(unit, staleMs);
      return quantity - sold;
    }
    const offer = this.offersById.get(unit.offerId);
    const item = this.itemsBySku.get(unit.sku);
    if (!offer || !item) return 0;
    return Math.min(this.asSeen(offer, staleMs).available ?? Number.POSITIVE_INFINITY, this.asSeen(item, staleMs).total ?? 0);
  }

  /** The thing as it stood `staleMs` ago. */
  asSeen<T extends object>(thing: T, staleMs: number): T {
    if (staleMs <= 0) return thing;
    return (this.past.get(thing)?.ago(staleMs, this.host.now()) as T | undefined) ?? thing;
  }

  /** Runs a change of the given things and journals what it did to the numbers shown for `skus`. */
  change(skus: string[], things: object[], cause: Cause, run: () => void): void {
    const before = new Map(skus.map((sku) => [sku, this.shownPerPlace(sku)]));
    for (const thing of things) if (!this.past.has(thing)) this.past.set(thing, new History<object>({ ...thing }));
    run();
    const now = this.host.now();
    for (const thing of things) this.past.get(thing)!.set({ ...thing }, now);
    for (const [sku, numbers] of before) this.journalDifferences(sku, numbers, cause);
    this.host.touched();
  }

  /** Sets what buyers can take; for the Inventory API the total and the limits of all offers. */
  setShown({ listing, unit }: Place, quantity: number, cause: Cause): void {
    if (unit.offerId === null) {
      this.change([unit.sku], [unit], cause, () => {
        unit.quantity = quantity + unit.sold;
        unit.active = true;
      });
    } else {
      const item = this.itemsBySku.get(unit.sku)!;
      const offers = this.offersOf(unit.sku);
      this.change([unit.sku], [item, ...offers], cause, () => {
        item.total = quantity;
        for (const offer of offers) if (offer.available !== null) offer.available = quantity;
      });
    }
    this.endIfSoldOut(listing, cause);
  }

  /** A sale (units > 0) or its return (units < 0). eBay counts sold units; the Inventory API's two numbers fall with it. */
  sell({ listing, unit }: Place, units: number): void {
    const item = unit.offerId === null ? undefined : this.itemsBySku.get(unit.sku);
    const offer = unit.offerId === null ? undefined : this.offersById.get(unit.offerId);
    this.change([unit.sku], [unit, ...(item ? [item] : []), ...(offer ? [offer] : [])], { by: "order", call: null }, () => {
      unit.sold += units;
      unit.active = true;
      if (item && item.total !== null) item.total -= units;
      if (offer && offer.available !== null) offer.available -= units;
    });
    this.endIfSoldOut(listing, { by: "order", call: null });
  }

  /** Takes the listing off the site; its units are no longer shown. */
  end(listing: SimListing, cause: Cause): void {
    if (listing.status !== "Active") return;
    this.change(
      listing.units.map((unit) => unit.sku),
      [],
      cause,
      () => {
        listing.status = "Completed";
        for (const unit of listing.units) this.withdraw(listing, unit);
      },
    );
    this.someEnded = true;
  }

  removeUnit(listing: SimListing, unit: Unit, cause: Cause): void {
    this.change([unit.sku], [], cause, () => {
      listing.units = listing.units.filter((other) => other !== unit);
      this.withdraw(listing, unit);
    });
  }

  private withdraw(listing: SimListing, unit: Unit): void {
    const offer = unit.offerId === null ? undefined : this.offersById.get(unit.offerId);
    if (offer) Object.assign(offer, { status: "UNPUBLISHED", listingId: null });
    this.unindexPlace(listing, unit);
  }

  /** The 250 revisions that eBay allows a listing per calendar day, by whatever route; its day is that of California. */
  countRevision(listing: SimListing, limit: number): boolean {
    const day = new Date(this.host.now().getTime() - 8 * 3_600_000).toISOString().slice(0, 10);
    if (listing.revisions.day !== day) listing.revisions = { day, count: 0 };
    if (listing.revisions.count >= limit) return false;
    listing.revisions.count++;
    return true;
  }

  /** The first place where a SKU is sold. Throws ControlRefusal 404. */
  placeOf(sku: string): Place {
    const place = this.placesOf(sku)[0];
    if (!place) throw new ControlRefusal(404, `eBay account ${this.state.account} lists no SKU ${sku}`);
    return place;
  }

  /** A new place for a unit that came into being after its listing was indexed. */
  indexPlace(listing: SimListing, unit: Unit): void {
    const places = this.placesBySku.get(unit.sku);
    if (places) places.push({ listing, unit });
    else this.placesBySku.set(unit.sku, [{ listing, unit }]);
  }

  /** With the out-of-stock control off a Trading listing ends with its last unit; Inventory API listings are kept, hidden. */
  private endIfSoldOut(listing: SimListing, cause: Cause): void {
    if (this.state.outOfStockControl || listing.model === "inventory") return;
    if (listing.units.every((unit) => this.shown(unit) <= 0)) this.end(listing, cause);
  }

  private indexListing(listing: SimListing): void {
    this.listingsById.set(listing.itemId, listing);
    if (listing.status !== "Active") return;
    this.active.push(listing);
    for (const unit of listing.units) this.indexPlace(listing, unit);
  }

  private indexOffer(offer: SimOffer): void {
    this.offersById.set(offer.offerId, offer);
    const offers = this.offersBySku.get(offer.sku);
    if (offers) offers.push(offer);
    else this.offersBySku.set(offer.sku, [offer]);
  }

  private unindexPlace(listing: SimListing, unit: Unit): void {
    const left = this.placesOf(unit.sku).filter((place) => place.listing !== listing);
    if (left.length) this.placesBySku.set(unit.sku, left);
    else this.placesBySku.delete(unit.sku);
  }

  /** Several offers of one Inventory SKU share a number: they count as one place. */
  private shownPerPlace(sku: string): Map<string, number> {
    const numbers = new Map<string, number>();
    for (const { listing, unit } of this.placesOf(sku)) {
      const key = unit.offerId === null ? listing.itemId : "inventory";
      numbers.set(key, Math.max(numbers.get(key) ?? 0, this.shown(unit)));
    }
    return numbers;
  }

  private journalDifferences(sku: string, before: Map<string, number>, cause: Cause): void {
    const after = this.shownPerPlace(sku);
    for (const key of new Set([...before.keys(), ...after.keys()])) {
      const from = before.get(key) ?? 0;
      const to = after.get(key) ?? 0;
      if (from !== to) this.host.journal({ account: this.state.account, sku, from, to, ...cause });
    }
  }
}
