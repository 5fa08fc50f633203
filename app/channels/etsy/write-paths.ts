/**
 * The four ways to bring numbers onto a listing. Etsy refuses an inventory without any unit, so a listing with nothing left is
 * taken off sale instead, keeping its quantities; and a listing that sold out comes back only by a paid renewal.
 */
import { ChannelError } from "../errors.ts";
import type { ChannelContext, StockWrite, WriteGate, WriteResult } from "../port.ts";
import { inventorySchema, listingSchema } from "./answers.ts";
import { type Changed, type Failure, makeChange } from "./changing-call.ts";
import { buildInventoryBody } from "./inventory-body.ts";
import { type ListingLook, lookAtListing } from "./listing-look.ts";
import { type QuantityGroup, quantityGroups } from "./quantity-groups.ts";
import { readingOf, shownState } from "./stock-ref.ts";

type Work = { context: ChannelContext; look: ListingLook; byUs: boolean; gate: WriteGate };

/** `wanted` were compared with `look` and differ from it. Answers each of them; throws nothing that Etsy causes. */
export async function carryOut(
  context: ChannelContext,
  look: ListingLook,
  wanted: StockWrite[],
  byUs: boolean,
  gate: WriteGate,
): Promise<WriteResult[]> {
  const work: Work = { context, look, byUs, gate };
  if (look.listing.state === "sold_out") return spending(wanted, (agreed) => renew(work, agreed));
  if (look.listing.state === "inactive") {
    const endsAt = look.listing.ending_timestamp;
    const free = typeof endsAt !== "number" || endsAt * 1000 > context.now().getTime();
    return free ? revive(work, wanted) : spending(wanted, (agreed) => revive(work, agreed));
  }
  return change(work, wanted);
}

/** An active listing: one PUT, or off sale when nothing would be left. */
async function change({ context, look, byUs, gate }: Work, wanted: StockWrite[]): Promise<WriteResult[]> {
  const { allowed, denied } = await askGate(gate, wanted, look.sentAt);
  if (allowed.length === 0) return denied;
  const targets = targetsOf(allowed);
  const numberOf = (group: QuantityGroup) => targets.get(group.key) ?? group.quantity;
  if ([...look.groups.values()].every((group) => !group.enabled || numberOf(group) === 0)) {
    return [...denied, ...(await deactivate({ context, look, byUs, gate }, allowed))];
  }
  const put = await putNumbers(context, look, numberOf);
  if (!put.ok) return [...denied, ...(await explain({ context, look, byUs, gate }, allowed, put))];
  return [...denied, ...allowed.map((write) => confirmed(write, put, "active"))];
}

async function deactivate(work: Work, writes: StockWrite[]): Promise<WriteResult[]> {
  const patched = await patchState(work.context, work.look.listingId, "inactive");
  if (!patched.ok) return explain(work, writes, patched);
  if (patched.state !== "inactive") return writes.map((write) => unknown(write, "Etsy's answer does not show the listing as inactive"));
  return writes.map(({ key, ref }) => ({
    key,
    outcome: "confirmed",
    quantity: 0,
    state: "inactive",
    sentAt: patched.sentAt,
    parts: [],
    ref: { ...ref, deactivatedByUs: true },
    note: "deactivated-by-us",
  }));
}

/** A listing that we took off sale: numbers first, then back on sale. What is not asked for was sold out and stays at zero. */
async function revive({ context, look, gate }: Work, wanted: StockWrite[]): Promise<WriteResult[]> {
  const { allowed, denied } = await askGate(gate, wanted, look.sentAt);
  if (allowed.length === 0) return denied;
  const targets = targetsOf(allowed);
  const put = await putNumbers(context, look, (group) => targets.get(group.key) ?? (group.enabled ? 0 : group.quantity));
  if (!put.ok) return [...denied, ...fail(allowed, put.failure)];

  const again = await askGate(gate, allowed, look.sentAt);
  if (again.denied.length > 0) {
    // Going on sale shows all numbers at once, so one that may not be shown keeps the listing where it is: safe, at zero.
    return [
      ...denied,
      ...allowed.map(({ key }): WriteResult => ({ key, outcome: "not-sent", reason: "stopped before the listing went back on sale" })),
    ];
  }
  const patched = await patchState(context, look.listingId, "active");
  if (!patched.ok) return [...denied, ...fail(allowed, patched.failure)];
  if (patched.state !== "active")
    return [...denied, ...allowed.map((write) => unknown(write, "Etsy's answer does not show the listing as active"))];
  return [
    ...denied,
    ...allowed.map((write) => {
      const result = confirmed(write, { ...put, sentAt: patched.sentAt }, "active");
      return result.outcome === "confirmed"
        ? { ...result, ref: { ...write.ref, deactivatedByUs: false }, note: "reactivated-by-us" }
        : result;
    }),
  ];
}

/** A sold out listing: the paid renewal puts one unit on sale at once, so the true numbers follow on its heels. */
async function renew({ context, look, byUs, gate }: Work, wanted: StockWrite[]): Promise<WriteResult[]> {
  const { allowed, denied } = await askGate(gate, wanted, look.sentAt);
  if (allowed.length === 0) return denied;
  const patched = await patchState(context, look.listingId, "active");
  if (!patched.ok) return [...denied, ...fail(allowed, patched.failure)];

  let renewed: ListingLook;
  try {
    renewed = await lookAtListing(context, look.listingId);
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    return [...denied, ...allowed.map((write) => unknown(write, "renewed, but its new numbers could not be read"))];
  }
  const readings = allowed.map((write): WriteResult => {
    const seen = { key: write.key, ref: write.ref, state: renewed.listing.state, group: renewed.groups.get(write.key), byUs };
    return { key: write.key, outcome: "conflict", reading: readingOf({ ...seen, sentAt: renewed.sentAt }) };
  });
  // Sold again within the blink of an eye, or of a shape that must not be written: what stands there now decides anew.
  if (renewed.listing.state !== "active" || renewed.readOnly) return [...denied, ...readings];
  const again = await askGate(gate, allowed, renewed.sentAt);
  if (again.allowed.length === 0) return [...denied, ...readings];
  const targets = targetsOf(again.allowed);
  // The renewal's one unit may have landed on a variation that has none: everything else goes back to what it was.
  const put = await putNumbers(context, renewed, (group) => targets.get(group.key) ?? look.groups.get(group.key)?.quantity ?? 0);
  if (!put.ok) return [...denied, ...again.denied, ...fail(again.allowed, put.failure)];
  return [
    ...denied,
    ...again.denied,
    ...again.allowed.map((write) => {
      const result = confirmed(write, put, "active");
      return result.outcome === "confirmed" ? { ...result, note: "renewed-for-a-fee" } : result;
    }),
  ];
}

/** Splits off the writes for which the seller has not agreed to pay. */
async function spending(wanted: StockWrite[], go: (agreed: StockWrite[]) => Promise<WriteResult[]>): Promise<WriteResult[]> {
  const agreed = wanted.filter((write) => write.maySpend);
  const refused = wanted
    .filter((write) => !write.maySpend)
    .map(
      ({ key }): WriteResult => ({
        key,
        outcome: "rejected",
        code: "renewal-fee",
        text: "Putting this listing back on sale costs Etsy's renewal fee of 0.20 USD. Allow renewals for this shop, or renew the listing on Etsy.",
        who: "seller",
      }),
    );
  return agreed.length === 0 ? refused : [...refused, ...(await go(agreed))];
}

async function askGate(gate: WriteGate, writes: StockWrite[], readAt: Date): Promise<{ allowed: StockWrite[]; denied: WriteResult[] }> {
  const keys = await gate(writes.map(({ key }) => ({ key, readAt })));
  const denied = writes.filter((write) => !keys.has(write.key));
  return {
    allowed: writes.filter((write) => keys.has(write.key)),
    denied: denied.map(({ key }) => ({ key, outcome: "not-sent", reason: "stopped right before sending" })),
  };
}

const targetsOf = (writes: StockWrite[]): Map<string, number> => new Map(writes.map((write) => [write.key, write.to]));

type Put = { ok: true; groups: Map<string, QuantityGroup> | null; sentAt: Date } | { ok: false; failure: Failure; status: number | null };

async function putNumbers(context: ChannelContext, look: ListingLook, numberOf: (group: QuantityGroup) => number): Promise<Put> {
  const currency = typeof context.settings.currency === "string" ? context.settings.currency : null;
  const quantityOf = (key: string) => {
    const group = look.groups.get(key);
    return group ? numberOf(group) : Number.NaN;
  };
  const built = buildInventoryBody(look.listingId, look.inventory, quantityOf, currency);
  if ("refused" in built) return { ok: false, failure: { outcome: "rejected", code: null, text: built.refused, who: "us" }, status: null };
  const path = `/listings/${look.listingId}/inventory`;
  const sent = await makeChange(context, { operation: "updateListingInventory", method: "PUT", path, json: built.body });
  if (!sent.ok) return sent;
  const inventory = inventorySchema.safeParse(sent.body);
  return { ok: true, groups: inventory.success ? quantityGroups(look.listingId, inventory.data) : null, sentAt: sent.sentAt };
}

async function patchState(
  context: ChannelContext,
  listingId: number,
  state: "active" | "inactive",
): Promise<{ ok: true; state: string | null; sentAt: Date } | Extract<Changed, { ok: false }>> {
  const path = `/shops/${context.account.externalId}/listings/${listingId}`;
  const sent = await makeChange(context, { operation: "updateListing", method: "PATCH", path, form: { state } });
  if (!sent.ok) return sent;
  const listing = listingSchema.safeParse(sent.body);
  return { ok: true, state: listing.success ? listing.data.state : null, sentAt: sent.sentAt };
}

/** Etsy's answer to the PUT is the proof; the number in it counts, whatever was asked for. */
function confirmed(write: StockWrite, put: Extract<Put, { ok: true }>, state: "active"): WriteResult {
  const quantity = put.groups?.get(write.key)?.quantity;
  if (quantity === undefined) return unknown(write, "Etsy's answer to the change could not be read");
  return { key: write.key, outcome: "confirmed", quantity, state: shownState(state), sentAt: put.sentAt, parts: [] };
}

/**
 * A refusal may only mean that the last unit was sold between our reading and our call (a sold out listing takes neither a PUT
 * nor a PATCH to inactive). So a refused change looks again before it is called our mistake.
 */
async function explain(
  { context, look, byUs }: Work,
  writes: StockWrite[],
  { failure, status }: Extract<Changed, { ok: false }>,
): Promise<WriteResult[]> {
  if (status !== 400) return fail(writes, failure);
  let now: ListingLook;
  try {
    now = await lookAtListing(context, look.listingId);
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    return fail(writes, failure);
  }
  return writes.map((write): WriteResult => {
    const { key, ref, to, from } = write;
    const reading = readingOf({ key, ref, state: now.listing.state, group: now.groups.get(key), byUs, sentAt: now.sentAt });
    if (reading.quantity === from && now.listing.state === look.listing.state) return { key, ...failure };
    const { quantity, state, sentAt } = reading;
    if (quantity === to && state === "sold-out") return { key, outcome: "confirmed", quantity, state, sentAt, parts: [] };
    return { key, outcome: "conflict", reading };
  });
}

const fail = (writes: StockWrite[], failure: Failure): WriteResult[] => writes.map(({ key }) => ({ key, ...failure }));
const unknown = ({ key }: StockWrite, reason: string): WriteResult => ({ key, outcome: "unknown", reason });
