/**
 * The engine of one number in miniature: what the flows do with rows, done with plain values around the pure rules of app/domain.
 * It reads, judges, asks for the next step, passes the gate and writes, while the simulated world goes on between any two of these.
 */
import { explainedUnits } from "#app/domain/late-order.ts";
import { type NextStep, nextStep, type Work } from "#app/domain/next-step.ts";
import { desiredEffect, difference, type Effect, firstShift, isNewer, shownShift } from "#app/domain/order-effects.ts";
import { afterOwnWrite } from "#app/domain/own-write.ts";
import { judgeReading, type NumberState, openGap } from "#app/domain/reading.ts";
import { explainTarget } from "#app/domain/target.ts";
import type { OrderVersion, SimulatedChannel, Timeline, Traits } from "./simulated-channel.ts";

/** How long each call takes, how old its answer is, whether it comes back: from the test's script. */
export type Luck = (below: number) => number;
export type EditPolicy = "accept" | "review";
export type Row = NumberState & Work & { nextAttemptAt: number };
type Known = OrderVersion & { updatedAt: Date; observedAt: Date; digest: string; returned: number; recorded: Effect };
type Write = Extract<NextStep, { kind: "write" }>;
/** A write as it reached the channel. `contentAt`: the moment whose number the reading behind it showed. */
export type Landing = { step: Write; contentAt: number; known: ReadonlyMap<string, OrderVersion>; wasFrozen: number | null };

const LATE_MS = 30_000;
const POLL_MS = 20_000;
const SCAN_MS = 90_000;
/** The test's zero as a date, far from the epoch. */
const T0 = Date.UTC(2026, 10, 23, 12);
const date = (ms: number) => new Date(T0 + ms);
const ms = (moment: Date) => moment.getTime() - T0;

export function createEngine(time: Timeline, channel: SimulatedChannel, traits: Traits, start: number, policy: EditPolicy, luck: Luck) {
  const ledger: Effect = { onHand: start, reserved: 0 };
  const orders = new Map<string, Known>();
  const landings: Landing[] = [];
  let readThrough: Date | null = null;
  /** Accepted edits and what of each no order has explained yet (settled.md 16). */
  const accepted: { seenAt: Date; open: number }[] = [];
  let openEdit: { expected: number; observed: number } | null = null;
  let contentOfConfirmed = 0;
  let calls = 0;
  let row: Row = {
    target: start,
    confirmed: start,
    confirmedAt: date(0),
    steadySince: null,
    drift: [],
    lateTo: null,
    lateUntil: null,
    lateGap: 0,
    coveredGap: 0,
    oddQuantity: null,
    oddAt: null,
    doubtUntil: null,
    doubtAt: null,
    returnable: 0,
    offByUs: false,
    sendingTo: null,
    lastReadAt: date(0),
    raisesStopped: null,
    frozenTarget: null,
    nextAttemptAt: 0,
  };
  const now = () => date(time.now());
  const patch = (change: Partial<Row>) => {
    row = { ...row, ...change };
  };

  function retarget() {
    const { target } = explainTarget({
      components: [{ itemId: "i", sku: "I", available: ledger.onHand - ledger.reserved, units: 1 }],
      rule: {},
      connectionId: "here",
      connectionsWithIt: ["here"],
      safetyUnits: 0,
      channel: { maxQuantity: 999, renewalNeedsConsent: false },
    });
    if (target === row.target) return;
    patch({ target, ...(target !== null && target < (row.target ?? 0) ? { nextAttemptAt: 0 } : {}) });
  }

  function book(change: Effect) {
    ledger.onHand += change.onHand;
    ledger.reserved += change.reserved;
    retarget();
  }

  function applyOrders(feed: readonly OrderVersion[], observedAt: Date) {
    const shift = { min: 0, max: 0, returnable: 0, any: false };
    for (const version of feed) {
      const before = orders.get(version.id);
      const { at: _, ...content } = version;
      // The platform cuts its times to the second.
      const fresh = { updatedAt: date(Math.floor(version.at / 1_000) * 1_000), observedAt, digest: JSON.stringify(content) };
      if (before !== undefined && !isNewer(fresh, before)) continue;
      const returned = before?.returned ?? 0;
      const recorded = before?.recorded ?? { onHand: 0, reserved: 0 };
      const desired = desiredEffect({ ...version, returned, baselineHeld: 0, baselineConsumed: 0 }, 1);
      book(difference(desired, recorded));
      orders.set(version.id, { ...version, ...fresh, returned, recorded: desired });
      const givenBack = version.quantity - version.held - version.consumed;
      const moved = before === undefined ? firstShift(version.deducted, givenBack) : shownShift(before.deducted, version.deducted);
      const returnable = version.returnable - (before?.returnable ?? 0);
      if (moved === null && returnable === 0) continue;
      const contained = takeBack(date(version.at), (before?.deducted.max ?? 0) - version.deducted.max);
      shift.any = true;
      shift.min += Math.min(0, (moved?.min ?? 0) - Math.min(0, contained));
      shift.max += traits.returnsShowAsRise ? 0 : Math.max(0, (moved?.max ?? 0) - Math.max(0, contained));
      shift.returnable += returnable;
    }
    if (!shift.any) return;
    const until = date(time.now() + traits.staleReadMs);
    patch({
      drift: shift.min === 0 && shift.max === 0 ? row.drift : [...row.drift, { at: now(), min: shift.min, max: shift.max }],
      returnable: Math.max(0, row.returnable + shift.returnable),
      doubtAt: now(),
      doubtUntil: row.doubtUntil !== null && row.doubtUntil > until ? row.doubtUntil : until,
      nextAttemptAt: 0,
    });
  }

  /** A late order takes back the accepted edit that it explains; answers the pieces that the number already contains. */
  function takeBack(moment: Date, pieces: number): number {
    let left = pieces;
    for (const edit of accepted) {
      const explained = explainedUnits({ moment, pieces: left }, edit);
      left -= explained;
      edit.open -= explained;
      if (explained !== 0) book({ onHand: -explained, reserved: 0 });
    }
    return pieces - left;
  }

  function readOrders() {
    calls += 1;
    const begun = now();
    time.wait(luck(400));
    const feed = channel.orderFeed(luck(traits.orderLagMs + 1));
    time.wait(luck(400));
    applyOrders(feed, begun);
    if (readThrough === null || begun > readThrough) readThrough = begun;
  }

  function look(): { quantity: number; sentAt: Date; contentAt: number } {
    calls += 1;
    const sentAt = now();
    time.wait(luck(300));
    const answer = channel.read(luck(traits.staleReadMs + 1));
    time.wait(luck(300));
    return { ...answer, sentAt };
  }

  function record(reading: { quantity: number; sentAt: Date; contentAt: number }) {
    const overtaken = row.sendingTo !== null || (row.confirmedAt !== null && row.confirmedAt > reading.sentAt);
    if (overtaken) return;
    const rules = { ...traits, ordersReadThrough: readThrough };
    const { verdict, next, provisional } = judgeReading(row, { ...reading, state: "active" }, rules);
    // Looked at after its last moment and found to be something else.
    const lateOver = row.lateUntil !== null && reading.sentAt > row.lateUntil && verdict.kind !== "look-again";
    const doubtEnds = provisional && row.doubtUntil !== null ? ms(row.doubtUntil) : 0;
    const again = verdict.kind === "look-again" ? Math.max(ms(verdict.notBefore), provisional ? 0 : ms(verdict.needOrdersPast)) : 0;
    patch({
      ...next,
      ...(lateOver ? { lateTo: null, lateUntil: null, lateGap: 0 } : {}),
      lastReadAt: row.lastReadAt !== null && row.lastReadAt > reading.sentAt ? row.lastReadAt : reading.sentAt,
      nextAttemptAt: Math.max(doubtEnds, again),
    });
    switch (verdict.kind) {
      case "look-again":
        if ((readThrough === null || readThrough <= verdict.needOrdersPast) && verdict.needOrdersPast <= now()) readOrders();
        return;
      case "return":
        return bookReturn(verdict.units);
      case "outside-edit":
        return settleEdit(verdict, reading.sentAt);
      case "as-expected":
      case "own-order":
      case "own-write":
        contentOfConfirmed = reading.contentAt;
        return;
      case "out-of-comparison":
        throw new Error("this listing never goes away");
      default: {
        const never: never = verdict;
        return never;
      }
    }
  }

  function bookReturn(units: number) {
    let left = units;
    for (const order of [...orders.values()].reverse()) {
      const back = Math.min(left, order.returnable - order.returned);
      if (back <= 0) continue;
      left -= back;
      const returned = order.returned + back;
      const desired = desiredEffect({ ...order, returned, baselineHeld: 0, baselineConsumed: 0 }, 1);
      orders.set(order.id, { ...order, returned, recorded: desired });
      patch({ returnable: Math.max(0, row.returnable - back) });
      book(difference(desired, order.recorded));
    }
  }

  function settleEdit({ expected, observed }: { expected: number; observed: number }, seenAt: Date) {
    if (policy === "accept") {
      accepted.push({ seenAt, open: observed - expected });
      return book({ onHand: observed - expected, reserved: 0 });
    }
    openEdit = { expected: openEdit?.expected ?? expected, observed };
    patch({ raisesStopped: "edit-review", frozenTarget: row.frozenTarget ?? row.target });
  }

  /** The seller's word about an open card. */
  function decide(accept: boolean) {
    if (openEdit === null) return;
    if (accept) book({ onHand: openEdit.observed - openEdit.expected, reserved: 0 });
    openEdit = null;
    patch({ raisesStopped: null, frozenTarget: null, nextAttemptAt: 0 });
  }

  /** Orders read past the reading that a raise rests on, and past the fresh look; false: too early, try again later. */
  function ordersAllowRaise(step: Write, freshAt: Date): boolean {
    const settledAt = step.readAt.getTime() + traits.orderLagMs;
    if (settledAt >= now().getTime()) {
      patch({ nextAttemptAt: settledAt - T0 + 5 });
      return false;
    }
    const newest = Math.max(freshAt.getTime(), settledAt);
    if (readThrough === null || readThrough.getTime() <= newest) {
      time.wait(Math.max(0, newest - now().getTime() + 1));
      readOrders();
    }
    return true;
  }

  function mayGo(step: Write, readAt: Date): boolean {
    const wanted = row.target !== null && (step.rising ? row.target >= step.to && row.raisesStopped === null : row.target <= step.to);
    return wanted && row.sendingTo === null && (row.doubtAt === null || row.doubtAt <= readAt);
  }

  function write(step: Write) {
    const fresh = traits.compare === "read-first" ? look() : { quantity: step.from, sentAt: step.readAt, contentAt: contentOfConfirmed };
    if (fresh.quantity !== step.from) return record(fresh);
    if (step.rising && !ordersAllowRaise(step, fresh.sentAt)) return;
    if (!mayGo(step, fresh.sentAt)) return;
    patch({ sendingTo: step.to });
    calls += 1;
    const sentAt = now();
    const known = new Map(orders);
    const wasFrozen = row.frozenTarget;
    const land = () => {
      const outcome = channel.write(step.from, step.to);
      if (outcome === "written") landings.push({ step, contentAt: fresh.contentAt, known, wasFrozen });
      return outcome;
    };
    time.wait(luck(300));
    // One unanswered write is remembered at a time; a second one within its half minute would be a rarer story.
    const fate = traits.losesAnswers && row.lateTo === null ? luck(12) : 12;
    if (fate === 0) return lose(step);
    if (fate === 1) {
      time.later(luck(LATE_MS), () => void land());
      return lose(step);
    }
    const outcome = land();
    time.wait(luck(300));
    if (fate === 2) return lose(step);
    patch({ sendingTo: null });
    if (outcome === "conflict") return record(look());
    patch({
      ...afterOwnWrite(row, step.to, sentAt, traits.staleReadMs),
      frozenTarget: row.frozenTarget === null ? null : Math.min(row.frozenTarget, row.target ?? row.frozenTarget),
      nextAttemptAt: 0,
    });
    contentOfConfirmed = time.now();
  }

  function lose(step: Write) {
    time.wait(1_000);
    // Old readings count twice here: they may still show what was, and may not yet show what landed.
    const settles = date(time.now() + traits.staleReadMs);
    const until = row.doubtUntil !== null && row.doubtUntil > settles ? row.doubtUntil : settles;
    const lateUntil = date(time.now() + LATE_MS + traits.staleReadMs);
    patch({
      sendingTo: null,
      lateTo: step.to,
      lateUntil,
      lateGap: openGap(row, traits.staleReadMs),
      doubtAt: now(),
      doubtUntil: until,
      nextAttemptAt: 0,
    });
  }

  /** Whether work stands on the row, as the database decides it. */
  function dirty(): boolean {
    const { target, confirmed, frozenTarget } = row;
    if (row.sendingTo !== null) return true;
    if (target === null) return false;
    if (confirmed === null || row.doubtUntil !== null || row.oddQuantity !== null) return true;
    const falls = target < confirmed && (frozenTarget === null || target < frozenTarget);
    return falls || (target > confirmed && row.raisesStopped === null && frozenTarget === null);
  }

  function drainOnce() {
    const step = nextStep(row);
    if (step.kind === "nothing") patch({ nextAttemptAt: time.now() + 60_000 });
    else if (step.kind === "read") record(look());
    else write(step);
  }

  /** Clocks of their own: polls beside the drain, looks at what nobody announced, the last look for a lost write. */
  function poll() {
    calls += 1;
    const begun = now();
    time.later(luck(300), () => {
      const feed = channel.orderFeed(luck(traits.orderLagMs + 1));
      time.later(luck(2_000), () => {
        applyOrders(feed, begun);
        if (readThrough === null || begun > readThrough) readThrough = begun;
      });
    });
    if (row.lateUntil !== null && row.lateUntil < now() && row.doubtUntil === null && row.oddQuantity === null)
      patch({ doubtAt: now(), doubtUntil: now(), nextAttemptAt: 0 });
    time.later(POLL_MS, poll);
  }
  time.later(luck(POLL_MS), poll);

  return {
    /** Works until `until` (milliseconds of the timeline). */
    run(until: number) {
      while (time.now() < until) {
        if (dirty() && row.nextAttemptAt <= time.now()) drainOnce();
        else if (!dirty() && row.lastReadAt !== null && ms(row.lastReadAt) + SCAN_MS <= time.now()) record(look());
        time.wait(50);
      }
    },
    /** Another channel sells, or the seller counts goods in: known at once. */
    soldElsewhere: (units: number) => book({ onHand: -units, reserved: 0 }),
    decide,
    dirty,
    row: () => row,
    available: () => ledger.onHand - ledger.reserved,
    /** Edits that nothing explained in the end. */
    edits: () => accepted.filter((edit) => edit.open !== 0),
    landings: () => landings,
    calls: () => calls,
  };
}
