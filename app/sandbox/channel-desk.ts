/** One simulated platform with everything the core keeps for it: faults, counts, deliveries, and the host it lives on. */
import { AsyncLocalStorage } from "node:async_hooks";
import { inventBuyer } from "./buyers.ts";
import { CallLog } from "./call-log.ts";
import { Deliveries } from "./deliveries.ts";
import { FaultBook } from "./faults.ts";
import type { Journal } from "./journal.ts";
import { createRandom, deriveSeed, type Random } from "./random.ts";
import type { AccountNo, ChannelName, Faults, Simulator, SimulatorHost } from "./simulator.ts";
import type { Timers } from "./timers.ts";
import { TokenFaults } from "./token-faults.ts";

export type SimulatorFactory = (host: SimulatorHost) => Simulator;

/** What all desks share. */
export type SandboxGround = {
  seed: number;
  now: () => Date;
  timers: Timers;
  journal: Journal;
  nextId: () => number;
  origin: () => string;
  touched: () => void;
};

export type ChannelDesk = {
  channel: ChannelName;
  simulator: Simulator;
  faults: FaultBook;
  tokenFaults: TokenFaults;
  calls: CallLog;
  deliveries: Deliveries;
  random: Random;
  ground: SandboxGround;
  /** Set around the handling of one call, so that a simulator's own count replaces the front door's. */
  inCall: AsyncLocalStorage<{ counted: boolean }>;
};

/** Orders misbehaviour for one account; the orders before it end. */
export function orderFaults(desk: ChannelDesk, account: AccountNo, faults: Faults): void {
  desk.faults.set(account, faults);
  desk.tokenFaults.set(account, faults.tokens);
}

/** Opens it with an empty simulator; `before` is the desk it replaces in a reset (its call numbers go on). */
export function openDesk(channel: ChannelName, create: SimulatorFactory, ground: SandboxGround, before?: ChannelDesk): ChannelDesk {
  const faults = new FaultBook(deriveSeed(ground.seed, `${channel}/faults`));
  const random = createRandom(deriveSeed(ground.seed, `${channel}/world`));
  const calls = before?.calls ?? new CallLog();
  calls.reset();
  const deliveries = new Deliveries(faults, ground.timers);
  const inCall = new AsyncLocalStorage<{ counted: boolean }>();
  const host: SimulatorHost = {
    now: ground.now,
    random: () => random.next(),
    nextId: ground.nextId,
    faults: (account) => faults.of(account),
    strikes: (account, fault) => faults.strikes(account, fault),
    journal(change) {
      if (change.from === change.to) return;
      ground.journal.add(channel, ground.now(), change);
      ground.touched();
    },
    countCall(account, operation, rejected) {
      const call = inCall.getStore();
      if (call) call.counted = true;
      calls.count(account, operation, rejected);
    },
    deliver: (account, delivery) => deliveries.deliver(account, delivery),
    origin: ground.origin,
    buyer: () => inventBuyer(random),
    touched: ground.touched,
  };
  return { channel, simulator: create(host), faults, tokenFaults: new TokenFaults(), calls, deliveries, random, ground, inCall };
}
