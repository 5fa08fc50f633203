/** Which misbehaviour is ordered for which account, and the seeded dice that decide when it strikes. */
import { createRandom, deriveSeed, type Random } from "./random.ts";
import { type AccountNo, ControlRefusal, type Faults } from "./simulator.ts";

export const NO_FAULTS: Faults = {
  webhooks: { drop: 0, duplicate: 0, delayMs: 0, shuffle: 0 },
  api: {
    error5xx: 0,
    timeout: 0,
    lostReply: 0,
    throttle: 0,
    latencyMs: 0,
    orderLagMs: 0,
    staleReadMs: 0,
    emptyPage: 0,
    truncatePage: 0,
    html200: 0,
  },
  tokens: "ok",
};

type WebhookRate = "drop" | "duplicate" | "shuffle";
type ApiRate = "error5xx" | "timeout" | "lostReply" | "throttle" | "emptyPage" | "truncatePage" | "html200";
export type FaultRate = WebhookRate | ApiRate;

const LONGEST_MS = 24 * 3_600_000;

/**
 * Reads the body of POST /control/:channel/faults. What it does not name is off, so an empty body ends all faults.
 * Throws ControlRefusal 400 that names the field.
 */
export function readFaults(body: unknown): Faults {
  const given = asObject(body, "the body");
  refuseUnknown(given, ["webhooks", "api", "tokens"], "");
  const tokens = given.tokens ?? "ok";
  if (tokens !== "ok" && tokens !== "expire" && tokens !== "revoke")
    throw new ControlRefusal(400, 'tokens must be "ok", "expire" or "revoke"');
  return {
    webhooks: readNumbers(given.webhooks, NO_FAULTS.webhooks, "webhooks"),
    api: readNumbers(given.api, NO_FAULTS.api, "api"),
    tokens,
  };
}

function readNumbers<T extends Record<string, number>>(given: unknown, defaults: T, where: string): T {
  const found = asObject(given ?? {}, where);
  refuseUnknown(found, Object.keys(defaults), `${where}.`);
  const result: Record<string, number> = { ...defaults };
  for (const [name, value] of Object.entries(found)) {
    const most = name.endsWith("Ms") ? LONGEST_MS : 1;
    if (typeof value !== "number" || !(value >= 0 && value <= most))
      throw new ControlRefusal(400, `${where}.${name} must be a number from 0 to ${most}`);
    result[name] = value;
  }
  return result as T;
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new ControlRefusal(400, `${what} must be a JSON object`);
  return value as Record<string, unknown>;
}

function refuseUnknown(given: Record<string, unknown>, known: string[], prefix: string): void {
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) throw new ControlRefusal(400, `unknown field ${prefix}${name}; known are ${known.join(", ")}`);
  }
}

/** The faults of one channel, per account. Setting them starts their dice anew: the same order of calls meets the same faults. */
export class FaultBook {
  private readonly seed: number;
  private readonly faults = new Map<AccountNo, Faults>();
  private dice = new Map<string, Random>();

  constructor(seed: number) {
    this.seed = seed;
  }

  of(account: AccountNo): Faults {
    return this.faults.get(account) ?? NO_FAULTS;
  }

  set(account: AccountNo, faults: Faults): void {
    this.faults.set(account, faults);
    for (const name of [...this.dice.keys()]) if (name.startsWith(`${account}/`)) this.dice.delete(name);
  }

  strikes(account: AccountNo, fault: FaultRate): boolean {
    const { webhooks, api } = this.of(account);
    const rate = fault in webhooks ? webhooks[fault as WebhookRate] : api[fault as ApiRate];
    return rate > 0 && this.roll(account, fault) < rate;
  }

  /** 0 <= x < 1 from the stream of this account and purpose. */
  roll(account: AccountNo, purpose: string): number {
    const name = `${account}/${purpose}`;
    let random = this.dice.get(name);
    if (!random) {
      random = createRandom(deriveSeed(this.seed, name));
      this.dice.set(name, random);
    }
    return random.next();
  }
}
