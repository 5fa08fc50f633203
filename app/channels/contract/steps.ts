/** Steps that the contract's cases share: collecting pages, writing as the engine would, and looking orders up. */
import type { ChannelListing, ChannelOrder, LocationQuantity, OrderLine, StockReading } from "#app/domain/channel-words.ts";
import type { StockWrite, WriteGate, WriteResult } from "../port.ts";
import type { ContractHarness } from "./harness-words.ts";

export type Bed = () => ContractHarness;

const MOST_PAGES = 200;

export async function collectListings({ channel, context }: ContractHarness): Promise<ChannelListing[]> {
  const found: ChannelListing[] = [];
  let page: string | null = null;
  for (let count = 0; count < MOST_PAGES; count++) {
    const answer = await channel.listListings(context, page);
    found.push(...answer.listings);
    page = answer.nextPage;
    if (page === null) return found;
  }
  throw new Error(`listListings did not end within ${MOST_PAGES} pages`);
}

export async function collectOrders({ channel, context }: ContractHarness, since: Date): Promise<ChannelOrder[]> {
  const found: ChannelOrder[] = [];
  let page: string | null = null;
  for (let count = 0; count < MOST_PAGES; count++) {
    const answer = await channel.readOrders(context, { since, page });
    found.push(...answer.orders);
    page = answer.nextPage;
    if (page === null) return found;
  }
  throw new Error(`readOrders did not end within ${MOST_PAGES} pages`);
}

/** The listings of these SKUs, in their order. */
export async function listingsOf(harness: ContractHarness, skus: string[]): Promise<ChannelListing[]> {
  const all = await collectListings(harness);
  return skus.map((sku) => {
    const listing = all.find((one) => one.sku === sku);
    if (!listing) throw new Error(`the connector does not list ${sku}`);
    return listing;
  });
}

/** Fresh readings of these SKUs, with the address to write to. */
export async function readOf(harness: ContractHarness, skus: string[]): Promise<StockReading[]> {
  const listings = await listingsOf(harness, skus);
  const readings = await harness.channel.readStock(
    harness.context,
    listings.map((one) => one.quantityRef),
  );
  return listings.map((listing) => {
    const reading = readings.find((one) => one.key === listing.quantityRef.key);
    if (!reading) throw new Error(`no reading for ${listing.quantityRef.key}`);
    return { ...reading, ref: { ...listing.quantityRef.ref, ...reading.ref } };
  });
}

/** The write that the engine would make from a reading; `from` may be given another value to make it stale. */
export function writeFrom(harness: ContractHarness, reading: StockReading, to: number, from = reading.quantity ?? 0): StockWrite {
  return {
    key: reading.key,
    ref: reading.ref ?? {},
    from,
    to,
    readAt: reading.sentAt,
    idempotencyKey: harness.context.newKey(),
    parts: splitParts(reading.parts, to, from - (reading.quantity ?? 0)),
    maySpend: false,
  };
}

/** The fullest location takes the difference; what does not fit is taken from the next. `believed` shifts what is compared. */
function splitParts(parts: LocationQuantity[], to: number, believed: number): StockWrite["parts"] {
  let change = to - parts.reduce((sum, part) => sum + part.quantity, 0);
  return [...parts]
    .sort((a, b) => b.quantity - a.quantity)
    .map((part, index) => {
      const next = Math.max(0, part.quantity + change);
      change -= next - part.quantity;
      return { locationId: part.locationId, from: part.quantity + (index === 0 ? believed : 0), to: next };
    })
    .filter((part) => part.from !== part.to || believed !== 0);
}

export async function setStock(harness: ContractHarness, writes: StockWrite[], gate: WriteGate = harness.gate): Promise<WriteResult[]> {
  return harness.channel.setStock(harness.context, writes, gate);
}

/** Reads one SKU and sets it; the whole way of one undisturbed write. */
export async function readAndSet(harness: ContractHarness, sku: string, to: number, gate?: WriteGate): Promise<WriteResult> {
  const [reading] = await readOf(harness, [sku]);
  return only(await setStock(harness, [writeFrom(harness, reading!, to)], gate));
}

export function only<T>(list: T[]): T {
  if (list.length !== 1) throw new Error(`expected one, found ${list.length}: ${JSON.stringify(list).slice(0, 500)}`);
  return list[0]!;
}

/** The sandbox may name an order by its plain number where the connector uses the platform's global id. */
export function isOrder(externalId: string, worldId: string): boolean {
  return externalId === worldId || externalId.endsWith(`/${worldId}`) || worldId.endsWith(`/${externalId}`);
}

/** The newest snapshot of one order, read since `since` (default: an hour ago). */
export async function readOrder(
  harness: ContractHarness,
  id: string,
  since = new Date(harness.clock.now().getTime() - 3_600_000),
): Promise<ChannelOrder> {
  const snapshots = (await collectOrders(harness, since)).filter((order) => isOrder(order.externalId, id));
  const newest = snapshots.sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime())[0];
  if (!newest) throw new Error(`order ${id} is not in the feed`);
  return newest;
}

/** Sums over the lines of one SKU, since an edit may split a line. */
export function lineTotals(order: ChannelOrder, sku: string) {
  const lines = order.lines.filter((line) => line.sku === sku);
  const sum = (of: (line: OrderLine) => number) => lines.reduce((total, line) => total + of(line), 0);
  return {
    lines: lines.length,
    quantity: sum((line) => line.quantity),
    held: sum((line) => line.held),
    consumed: sum((line) => line.consumed),
    returnable: sum((line) => line.returnable),
    givenBack: sum((line) => line.quantity - line.held - line.consumed),
    deductedMin: sum((line) => line.channelDeducted.min),
    deductedMax: sum((line) => line.channelDeducted.max),
  };
}
