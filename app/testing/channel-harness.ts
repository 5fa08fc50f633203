/**
 * The test bed for one connector: its simulator in this process, a connection to it, and the outside world's hand.
 *
 *   channelContract(() => makeHarness(shopify));                  // the shared suite, in connector.test.ts
 *
 *   const bed = await makeHarness(shopify);                       // tests of a platform's oddities
 *   await bed.reset({ items: 12 });                               // fresh world, credentials, no faults
 *   const id = bed.world.sell([{ sku: bed.world.goods[0]!.sku, quantity: 1 }]);
 *   await bed.channel.readOrders(bed.context, { since, page: null });
 *   await bed.openDoor(); ... await bed.arrived();                // real deliveries of the sandbox
 *   await bed.stop();
 *
 * Every REST request is held against the platform's document; what it refuses lands in `bed.problems`, as do buyers' data and
 * secrets found in results or errors. The clock is shared: `bed.clock.advance(ms)` ages tokens and windows.
 * `simulator.credentials(1).account` should carry externalId, address and, where wanted, settings.
 */
import { randomUUID } from "node:crypto";
import type { ContractHarness, ContractWorld, TrailEntry } from "#app/channels/contract/harness-words.ts";
import type { AppKeys, Channel, ChannelContext, Credentials, PlatformLimits, RawDelivery } from "#app/channels/port.ts";
import type { JsonObject } from "#app/domain/channel-words.ts";
import { orderFaults } from "#app/sandbox/channel-desk.ts";
import { readFaults } from "#app/sandbox/faults.ts";
import type { AccountNo, Simulator } from "#app/sandbox/simulator.ts";
import { loadSimulators } from "#app/sandbox/simulators.ts";
import { type Sandbox, startSandbox } from "#app/sandbox/start-sandbox.ts";
import { openDoorServer } from "./channel-harness/door-server.ts";
import { createExchange } from "./channel-harness/exchange.ts";
import { watchChannel } from "./channel-harness/leak-watch.ts";
import { HANDSHAKES, publicKeyFetcher, TRAITS } from "./channel-harness/platform-traits.ts";

const ACCOUNT: AccountNo = 1;
const DEFAULT_CALL_TIMEOUT_MS = 8_000;

/** What a harness offers beyond the contract, for a platform's own tests. */
export type ChannelBed = ContractHarness & {
  sandbox: Sandbox;
  simulator(): Simulator;
  /** As the contract's, and with other settings where wanted. */
  contextOf(account: AccountNo, settings?: JsonObject): ChannelContext;
};

export async function makeHarness(channel: Channel): Promise<ChannelBed> {
  let skewMs = 0;
  const clock = {
    now: () => new Date(Date.now() + skewMs),
    advance(ms: number) {
      skewMs += ms;
    },
  };
  const simulators = await loadSimulators([channel.name]);
  const sandbox = await startSandbox({ port: 0, simulators, now: clock.now });
  const simulator = () => sandbox.simulators[channel.name]!;
  const desk = () => sandbox.desks[channel.name]!;

  const problems: string[] = [];
  const trail: TrailEntry[] = [];
  const limits: PlatformLimits[] = [];
  const secrets = new Set<string>();
  let sightings = 0;
  let context: ChannelContext | null = null;
  let connectionSecret: string | null = null;
  let journalStart = 0;
  let app: AppKeys = {};

  const seeBuyer = (text: string) => {
    if (text.includes("BUYERMARK")) sightings++;
  };
  const watched = watchChannel(channel, problems, secrets);
  const exchange = createExchange({
    origin: sandbox.origin,
    now: clock.now,
    longestMs: () => bed.callTimeoutMs,
    inspect: (request) => simulator().inspect(request),
    problems,
    trail,
    seeBuyer,
  });

  const contextOf = (account: AccountNo, settings: JsonObject = {}): ChannelContext => {
    const given = simulator().credentials(account);
    const credentials = given.credentials as Credentials;
    app = given.app as AppKeys;
    for (const value of [...Object.values(credentials), ...Object.values(app)]) {
      if (typeof value === "string" && value.length >= 16 && !/^\d{4}-\d\d-\d\dT/.test(value)) secrets.add(value);
    }
    const facts = given.account as { externalId?: string; address?: string | null; settings?: JsonObject };
    return {
      account: { externalId: String(facts.externalId ?? ""), address: facts.address ?? null },
      credentials,
      app,
      settings: { timings: { orderLagMs: 0, staleReadMs: 0, readingSpacingMs: 0, orderOverlapMs: 0 }, ...facts.settings, ...settings },
      http: exchange,
      observeLimits: (seen) => limits.push(seen),
      now: clock.now,
      newKey: randomUUID,
    };
  };
  const current = () => {
    if (!context) throw new Error("call reset() first");
    return context;
  };
  const verifyKeys = () => {
    const keys = { app: current().app, connectionSecret, endpointUrl: door.url };
    const fetchPublicKey = publicKeyFetcher(channel.name, current());
    return fetchPublicKey ? { ...keys, fetchPublicKey } : keys;
  };
  const door = await openDoorServer({
    channel: channel.name,
    now: clock.now,
    verify: (delivery) => watched.verify(delivery, verifyKeys()),
    received: (delivery) => seeBuyer(Buffer.from(delivery.rawBody).toString("utf8")),
  });

  const world: ContractWorld = {
    get goods() {
      return sandbox.world().simple.filter((item) => item.account === ACCOUNT);
    },
    sell: (lines, at) => simulator().placeOrder(ACCOUNT, at ? { lines, at: at.toISOString() } : { lines }).id,
    cancel: (id, how = {}) => simulator().cancelOrder(ACCOUNT, id, { restock: how.restock ?? true }),
    refund: (id, lines, how = {}) => simulator().refundOrder(ACCOUNT, id, { lines, restock: how.restock ?? true }),
    fulfil: (id) => simulator().fulfilOrder(ACCOUNT, id),
    edit: (id, lines) => simulator().editOrder(ACCOUNT, id, { lines }),
    setByHand: (sku, quantity) => simulator().setStock(ACCOUNT, { sku, quantity }),
    addListing: (listing) => void simulator().addListing(ACCOUNT, listing),
    removeListing: (sku) => simulator().removeListing(ACCOUNT, sku),
    faults: (order = {}) => orderFaults(desk(), ACCOUNT, readFaults(order)),
    listings: () => simulator().state(ACCOUNT).listings,
    shown(sku) {
      const listing = world.listings().find((one) => one.sku === sku);
      if (!listing) throw new Error(`the sandbox shows no ${sku}`);
      return listing;
    },
    journal: () => desk().ground.journal.since(journalStart, channel.name, ACCOUNT),
  };

  const bed: ChannelBed = {
    channel: watched,
    traits: TRAITS[channel.name],
    get context() {
      return current();
    },
    clock,
    world,
    callTimeoutMs: DEFAULT_CALL_TIMEOUT_MS,
    trail,
    gate: async (imminent) => {
      trail.push({ kind: "gate", keys: imminent.map((one) => one.key), readAt: imminent.map((one) => one.readAt) });
      return new Set(imminent.map((one) => one.key));
    },
    problems,
    buyerSightings: () => sightings,
    async reset(how = {}) {
      sandbox.reset({ seed: 1, items: 24, ...how });
      problems.length = trail.length = limits.length = 0;
      secrets.clear();
      connectionSecret = null;
      door.answerAll(null);
      bed.callTimeoutMs = DEFAULT_CALL_TIMEOUT_MS;
      context = contextOf(ACCOUNT);
      const identity = await watched.identify(context);
      context = {
        ...context,
        account: { externalId: identity.externalId, address: identity.address ?? context.account.address },
        settings: { ...identity.facts, ...context.settings },
      };
      await sandbox.settled();
      door.take();
      trail.length = limits.length = sightings = 0;
      journalStart = desk().ground.journal.lastNumber;
    },
    async openDoor() {
      simulator().setDoor?.(door.url);
      const kept = await watched.ensureWebhooks?.(current(), door.url);
      connectionSecret = kept?.secret ?? null;
      await sandbox.settled();
      door.take();
    },
    doorAnswers: door.answerAll,
    doorUrl: door.url,
    verifyKeys,
    async arrived() {
      await sandbox.settled();
      return door.take();
    },
    forge({ topic, body, sign, headers = {} }) {
      const made = simulator().forge(ACCOUNT, { topic, headers, body, sign });
      return door.toDelivery("POST", new URL(made.url), made.headers, Buffer.from(made.body, "utf8"));
    },
    handshakes: () =>
      HANDSHAKES[channel.name](door.url, app, (method, url, headers, body): RawDelivery => door.toDelivery(method, url, headers, body)),
    async stop() {
      await sandbox.stop();
      await door.stop();
    },
    sandbox,
    simulator,
    contextOf,
    limits,
  };
  return bed;
}
