/**
 * The platforms' delivery systems: sends queued webhooks, loses, doubles, delays and reorders them as ordered, tries again as
 * the platform would, and counts. What waits here is lost when the sandbox stops, as a platform may lose it too.
 */
import type { FaultBook } from "./faults.ts";
import { postDelivery } from "./post-delivery.ts";
import type { AccountNo, OutgoingDelivery } from "./simulator.ts";
import type { Timers } from "./timers.ts";

/** `sent` counts every POST that went out, tries again included; `failed` those of them without a 2xx answer. */
export type DeliveryCounts = { sent: number; failed: number; dropped: number };

const AT_ONCE = 32;
const DEFAULT_TIMEOUT_MS = 5_000;
/** A shuffled delivery leaves after the next one of its account, or after this long when none comes. */
const HELD_BACK_MS = 400;

export class Deliveries {
  private readonly faults: FaultBook;
  private readonly timers: Timers;
  private counts = new Map<AccountNo, DeliveryCounts>();
  private held = new Map<AccountNo, () => void>();
  private callOffs = new Set<() => void>();
  private waiting: (() => Promise<void>)[] = [];
  private running = 0;
  /** Deliveries whose first try is still to be made or answered. */
  private open = 0;
  private whenSettled: (() => void)[] = [];
  private generation = 0;

  constructor(faults: FaultBook, timers: Timers) {
    this.faults = faults;
    this.timers = timers;
  }

  countsOf(account: AccountNo): DeliveryCounts {
    return this.counts.get(account) ?? { sent: 0, failed: 0, dropped: 0 };
  }

  deliver(account: AccountNo, delivery: OutgoingDelivery): void {
    if (this.faults.strikes(account, "drop")) {
      this.count(account, "dropped");
      return;
    }
    const copies = this.faults.strikes(account, "duplicate") ? 2 : 1;
    const { delayMs } = this.faults.of(account).webhooks;
    for (let copy = 0; copy < copies; copy++) {
      this.open++;
      const go = () => this.enqueue(account, delivery);
      if (this.faults.strikes(account, "shuffle")) this.holdBack(account, go);
      else {
        this.later(delayMs, go);
        this.releaseHeld(account);
      }
    }
  }

  /** Resolves when every queued delivery has had its first answer; later tries are not waited for. */
  settled(): Promise<void> {
    return this.open === 0 ? Promise.resolve() : new Promise((resolve) => this.whenSettled.push(resolve));
  }

  /** Forgets what waits and what was counted. */
  reset(): void {
    this.generation++;
    for (const callOff of this.callOffs) callOff();
    this.callOffs.clear();
    this.held.clear();
    this.waiting = [];
    this.counts.clear();
    this.open = 0;
    for (const tell of this.whenSettled.splice(0)) tell();
  }

  private holdBack(account: AccountNo, go: () => void): void {
    this.releaseHeld(account);
    const release = () => {
      this.held.delete(account);
      callOff();
      go();
    };
    const callOff = this.later(HELD_BACK_MS, release);
    this.held.set(account, release);
  }

  private releaseHeld(account: AccountNo): void {
    this.held.get(account)?.();
  }

  private later(ms: number, run: () => void): () => void {
    if (ms <= 0) {
      run();
      return () => {};
    }
    const callOff = this.timers.after(ms, () => {
      this.callOffs.delete(callOff);
      run();
    });
    this.callOffs.add(callOff);
    return () => {
      this.callOffs.delete(callOff);
      callOff();
    };
  }

  private enqueue(account: AccountNo, delivery: OutgoingDelivery): void {
    const generation = this.generation;
    this.waiting.push(async () => {
      await this.tryOnce(account, delivery, 0);
      if (generation === this.generation && --this.open === 0) for (const tell of this.whenSettled.splice(0)) tell();
    });
    this.pump();
  }

  private pump(): void {
    while (this.running < AT_ONCE) {
      const next = this.waiting.shift();
      if (!next) return;
      this.running++;
      void next().finally(() => {
        this.running--;
        this.pump();
      });
    }
  }

  /** A simulator that fails to sign must not take the sandbox down. */
  private async tryOnce(account: AccountNo, delivery: OutgoingDelivery, tries: number): Promise<void> {
    try {
      await this.attempt(account, delivery, tries);
    } catch (error) {
      console.error(`sandbox: a delivery of ${delivery.topic} broke`, error);
      this.count(account, "failed");
    }
  }

  private async attempt(account: AccountNo, delivery: OutgoingDelivery, tries: number): Promise<void> {
    const generation = this.generation;
    const headers = { "content-type": "application/json", ...delivery.headers, ...delivery.sign(delivery.body, "good") };
    const { status } = await postDelivery(delivery.url, headers, delivery.body, delivery.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    if (generation !== this.generation) return;
    const accepted = status !== null && status >= 200 && status < 300;
    this.count(account, "sent");
    if (!accepted) this.count(account, "failed");
    delivery.onOutcome?.(status);
    const pause = delivery.retryAfterMs[tries];
    if (!accepted && pause !== undefined) this.later(Math.max(pause, 1), () => void this.tryOnce(account, delivery, tries + 1));
  }

  private count(account: AccountNo, what: keyof DeliveryCounts): void {
    const counts = this.countsOf(account);
    counts[what]++;
    this.counts.set(account, counts);
  }
}
