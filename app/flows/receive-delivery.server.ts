/**
 * A door's work (design.md 3, step 1): verify over the raw bytes, record once, answer in milliseconds, ring. Fails closed: no
 * secret, no entry. Nothing of the body is kept but what the connector made of it.
 */
import type { RawDelivery, Verified } from "#app/channels/port.ts";
import type { FoundConnection, Intake, NewEvent } from "#app/data/intake.server.ts";
import type { ChannelName, JsonObject } from "#app/domain/channel-words.ts";
import { createGroupCommit } from "#app/platform/group-commit.ts";
import type { House } from "./house.server.ts";
import { secretPlace } from "./refresh-credentials.server.ts";
import { createShortMemory } from "./short-memory.ts";

export type DoorAnswer = { status: number; headers: Record<string, string>; body: string };

const OK: DoorAnswer = { status: 200, headers: {}, body: "" };
const plain = (status: number): DoorAnswer => ({ status, headers: {}, body: "" });

/** Who a delivery is for hardly changes; a few seconds of memory save two look-ups per delivery. */
const REMEMBER_MS = 5_000;
type Desk = {
  record: (event: NewEvent) => Promise<boolean>;
  found: (channel: ChannelName, externalId: string | null, address: string | null) => Promise<FoundConnection | null>;
  secret: (connectionId: string) => Promise<{ connection: FoundConnection; secret: string | null } | null>;
};
const desks = new WeakMap<House, Desk>();

export async function receiveDelivery(
  house: House,
  channel: ChannelName,
  delivery: RawDelivery,
  connectionId: string | null,
): Promise<DoorAnswer> {
  const desk = deskOf(house);
  const app = house.appKeys[channel];
  if (app === null) return plain(404);
  const addressed = connectionId === null ? null : await desk.secret(connectionId);
  if (connectionId !== null && addressed === null) return plain(404);
  let fetches = 0;
  const verified = await house.channels[channel].verify(delivery, {
    app,
    connectionSecret: addressed?.secret ?? null,
    endpointUrl: `${house.appUrl}/webhooks/${channel}${connectionId === null ? "" : `/${connectionId}`}`,
    fetchPublicKey: async (keyId): Promise<JsonObject | null> => (fetches++ === 0 ? house.publicKey(channel, keyId) : null),
  });
  switch (verified.outcome) {
    case "refused":
      house.log.warn("a delivery was refused", { channel, reason: verified.reason });
      return plain(verified.status);
    case "handshake":
      return { status: verified.status, headers: verified.headers, body: verified.body };
    case "accepted":
    case "parked":
      return record(house, desk, channel, verified, addressed?.connection ?? null, delivery.receivedAt);
    default: {
      const never: never = verified;
      throw new Error(`unknown outcome ${JSON.stringify(never)}`);
    }
  }
}

async function record(
  house: House,
  desk: Desk,
  channel: ChannelName,
  verified: Extract<Verified, { outcome: "accepted" | "parked" }>,
  addressed: FoundConnection | null,
  receivedAt: Date,
): Promise<DoorAnswer> {
  const account = verified.account;
  const connection =
    addressed ?? (account ? await desk.found(channel, account.externalId ?? null, account.address?.toLowerCase() ?? null) : null);
  // Signed, but for somebody we do not serve (eBay announces every deleted user to everyone): acknowledged and dropped.
  // Of an account that left, only what the platform's rules ask for is still taken (the last of it comes days later).
  const late = verified.outcome === "accepted" && verified.events.some((e) => e.type === "compliance");
  if (connection === null || (connection.lifecycle === "disconnected" && !late)) {
    house.log.info("a delivery for an account we do not know was dropped", { channel, topic: verified.topic });
    return OK;
  }
  const parked = verified.outcome === "parked";
  const lives = verified.outcome === "accepted" ? verified.keyLivesMs : null;
  const correlationId = house.newId();
  const fresh = await desk.record({
    id: house.newId(),
    sellerId: connection.sellerId,
    connectionId: connection.id,
    topic: verified.topic,
    dedupeKey: verified.deliveryKey,
    keyUntil: lives === null ? null : new Date(receivedAt.getTime() + lives),
    events: parked ? "[]" : JSON.stringify(verified.events),
    status: parked ? "parked" : "waiting",
    parkedReason: parked ? verified.reason : null,
    correlationId,
    receivedAt,
  });
  house.log.info(fresh ? "a delivery was recorded" : "a delivery came again", {
    channel,
    topic: verified.topic,
    connectionId: connection.id,
    correlationId,
    parked,
  });
  if (fresh && !parked) house.doorbell.ringSoon({ job: "apply-events", channel, connectionId: connection.id });
  return OK;
}

function deskOf(house: House): Desk {
  const known = desks.get(house);
  if (known) return known;
  const { intake } = house;
  if (intake === null) throw new Error("this process takes no deliveries: it has no intake role");
  const found = createShortMemory<FoundConnection | null>(REMEMBER_MS, house.now);
  const secrets = createShortMemory<{ connection: FoundConnection; secret: string | null } | null>(
    REMEMBER_MS,
    house.now,
    (answer) => answer?.secret != null,
  );
  const commit = createGroupCommit<NewEvent, boolean>((events) => recordTogether(intake, events), { maxWaitMs: 0, maxBatch: 200 });
  const desk: Desk = {
    record: commit,
    found: (channel, externalId, address) =>
      found(`${channel}/${externalId}/${address}`, () => intake.findConnection(channel, externalId, address)),
    secret: (connectionId) => secrets(connectionId, () => openSecret(house, intake, connectionId)),
  };
  desks.set(house, desk);
  return desk;
}

/** Two deliveries of one statement may carry the same key; the first of them is the new one. */
async function recordTogether(intake: Intake, events: NewEvent[]): Promise<boolean[]> {
  const seen = new Set<string>();
  const first = events.filter((e) => {
    const key = `${e.connectionId}/${e.dedupeKey}`;
    return !seen.has(key) && seen.add(key);
  });
  const fresh = await intake.record(first);
  return events.map((e) => fresh.has(e.id));
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

async function openSecret(
  house: House,
  intake: Intake,
  connectionId: string,
): Promise<{ connection: FoundConnection; secret: string | null } | null> {
  if (!UUID.test(connectionId)) return null;
  const row = await intake.findSecret(connectionId);
  if (row === null) return null;
  const connection = { id: connectionId, sellerId: row.sellerId, lifecycle: row.lifecycle };
  const secret = row.sealed !== null && row.secretId !== null ? house.keyring.open(row.sealed, secretPlace(row.secretId)) : null;
  return { connection, secret };
}
