/**
 * The four ways to bring numbers onto a listing. Etsy refuses an inventory without any unit, so a listing with nothing left is
 * taken off sale instead, keeping its quantities; and a listing that sold out comes back only by a paid renewal.
 */
import type { ChannelContext, StockWrite, WriteGate, WriteResult } from "../port.ts";
import type { ListingLook } from "./listing-look.ts";
import type { QuantityGroup } from "./quantity-groups.ts";
import { readingOf } from "./stock-ref.ts";
import { askGate, confirmed, explain, fail, moveTo, putNumbers, tryToLook, unknown, type Work } from "./write-steps.ts";

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
    return free ? revive(work, wanted) : spending(wanted, (agreed) => revive(work, agreed, "renewed-for-a-fee"));
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
  return [...denied, ...allowed.map((write) => confirmed(write, put))];
}

async function deactivate(work: Work, writes: StockWrite[]): Promise<WriteResult[]> {
  const moved = await moveTo(work.context, work.look.listingId, "inactive");
  if (!moved.ok) return explain(work, writes, moved);
  return writes.map(({ key, ref }) => ({
    key,
    outcome: "confirmed",
    quantity: 0,
    state: "inactive",
    sentAt: moved.sentAt,
    parts: [],
    ref: { ...ref, deactivatedByUs: true },
    note: "deactivated-by-us",
  }));
}

/** A listing that we took off sale: numbers first, then back on sale. What is not asked for was sold out and stays at zero. */
async function revive({ context, look, gate }: Work, wanted: StockWrite[], note = "reactivated-by-us"): Promise<WriteResult[]> {
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
  const moved = await moveTo(context, look.listingId, "active");
  if (!moved.ok) return [...denied, ...fail(allowed, moved.failure)];
  return [
    ...denied,
    ...allowed.map((write) => {
      const result = confirmed(write, { ...put, sentAt: moved.sentAt });
      return result.outcome === "confirmed" ? { ...result, ref: { ...write.ref, deactivatedByUs: false }, note } : result;
    }),
  ];
}

/** A sold out listing: the paid renewal puts one unit on sale at once, so the true numbers follow on its heels. */
async function renew({ context, look, byUs, gate }: Work, wanted: StockWrite[]): Promise<WriteResult[]> {
  const { allowed, denied } = await askGate(gate, wanted, look.sentAt);
  if (allowed.length === 0) return denied;
  const moved = await moveTo(context, look.listingId, "active");
  if (!moved.ok) return [...denied, ...fail(allowed, moved.failure)];

  const renewed = await tryToLook(context, look.listingId);
  if (renewed === null) return [...denied, ...allowed.map((write) => unknown(write, "renewed, but its new numbers could not be read"))];
  // Where it stops after the renewal, what stands there now is our own doing, not somebody's edit.
  const asRenewed = (writes: StockWrite[]) =>
    writes.map((write): WriteResult => {
      const seen = { key: write.key, ref: write.ref, state: renewed.listing.state, group: renewed.groups.get(write.key), byUs };
      const { quantity, state, sentAt } = readingOf({ ...seen, sentAt: renewed.sentAt });
      if (quantity === null) return unknown(write, "renewed, but its new number could not be read");
      return { key: write.key, outcome: "confirmed", quantity, state, sentAt, parts: [], note: "renewed-for-a-fee" };
    });
  // Sold again within the blink of an eye, or of a shape that must not be written: what stands there now decides anew.
  if (renewed.listing.state !== "active" || renewed.readOnly) return [...denied, ...asRenewed(allowed)];
  const again = await askGate(gate, allowed, renewed.sentAt);
  if (again.allowed.length === 0) return [...denied, ...asRenewed(allowed)];
  const targets = targetsOf(again.allowed);
  // The renewal's one unit may have landed on a variation that has none: everything else goes back to what it was.
  const put = await putNumbers(context, renewed, (group) => targets.get(group.key) ?? look.groups.get(group.key)?.quantity ?? 0);
  if (!put.ok)
    return [
      ...denied,
      ...asRenewed(allowed.filter((write) => !again.allowed.includes(write))),
      ...(await explain({ context, look: renewed, byUs, gate }, again.allowed, put)),
    ];
  return [
    ...denied,
    ...asRenewed(allowed.filter((write) => !again.allowed.includes(write))),
    ...again.allowed.map((write) => {
      const result = confirmed(write, put);
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

const targetsOf = (writes: StockWrite[]): Map<string, number> => new Map(writes.map((write) => [write.key, write.to]));
