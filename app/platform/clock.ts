/** Time as an argument: nobody but this file asks the machine, so a test can hold the clock still. */
export type Clock = {
  now(): Date;
  /** Milliseconds that only ever grow; for measuring, not for dates. */
  elapsedMs(): number;
};

export const systemClock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
};

export type ManualClock = Clock & { advance(ms: number): void; set(at: Date): void };

/** A clock that moves only when told to. */
export function createManualClock(start: Date = new Date("2026-11-23T12:00:00.000Z")): ManualClock {
  let at = start.getTime();
  let elapsed = 0;
  return {
    now: () => new Date(at),
    elapsedMs: () => elapsed,
    advance(ms) {
      at += ms;
      elapsed += ms;
    },
    set(next) {
      at = next.getTime();
    },
  };
}
