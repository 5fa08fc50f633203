/**
 * A portal account and a Shopify shop become one seller. The portal makes a code, the shop enters it, and the portal says yes to the
 * shop's name: a code that leaked or was guessed opens nothing by itself. The worker joins them, and only while one of the two is empty.
 */
import { randomBytes } from "node:crypto";
import { appendAudit } from "#app/data/audit.server.ts";
import { connectionsOf } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import {
  answerEntry,
  enterCode,
  guessesTooOften,
  insertCode,
  type JoinRow,
  joinSellers,
  joinWithWork,
  settleJoin,
} from "#app/data/join-codes.server.ts";
import { acquireLease, type Lease, releaseLease } from "#app/data/lease.server.ts";
import type { JsonObject } from "#app/domain/channel-words.ts";
import { codeFrom, readCode } from "#app/domain/join-code.ts";
import { hashOfSecret } from "#app/platform/hash-of-secret.ts";
import type { House } from "./house.server.ts";
import { underLease } from "./under-lease.server.ts";

export type JoinWish = { sellerId: string; actorKey: string };

/** The code is shown this once. Null where this account made too many within the hour. */
export async function makeJoinCode(house: House, wish: JoinWish): Promise<{ code: string; expiresAt: Date } | null> {
  const code = codeFrom(randomBytes(16));
  const id = house.newId();
  const made = await house.db.write(wish.sellerId, async (sql) => {
    const kept = await insertCode(sql, { id, ...wish, codeHash: hashOfSecret(code) });
    if (kept !== null) await audit(house, sql, wish, "make.join-code", {});
    return kept;
  });
  return made && { code, expiresAt: made.expiresAt };
}

export type Entered = "entered" | "wrong" | "slow-down";

/** In the shop's own admin. A wrong code, an old one and one's own look alike. */
export async function enterJoinCode(house: House, wish: JoinWish & { shop: string; typed: string }): Promise<Entered> {
  const { sellerId, actorKey, shop } = wish;
  if (await house.db.write(sellerId, (sql) => guessesTooOften(sql, sellerId))) return "slow-down";
  const code = readCode(wish.typed);
  const good = code !== null && (await enterCode(house.db.plain, { codeHash: hashOfSecret(code), sellerId, shop, actorKey }));
  await house.db.write(sellerId, (sql) => audit(house, sql, wish, good ? "enter.join-code" : "enter.wrong-code", {}));
  return good ? "entered" : "wrong";
}

/** False where it was too late for an answer. */
export async function answerJoin(house: House, wish: JoinWish & { id: string; yes: boolean }): Promise<boolean> {
  const { sellerId, id, yes } = wish;
  const answered = await house.db.write(sellerId, async (sql) => {
    if (!(await answerEntry(sql, { sellerId, id, yes }))) return false;
    await audit(house, sql, wish, yes ? "agree.join" : "refuse.join", {});
    return true;
  });
  if (answered && yes) house.doorbell.ringSoon({ job: "chores", chore: "join", id });
  return answered;
}

/** The worker's part. Nobody else may be at the channels of the account that is taken up; while somebody is, it waits. */
export async function joinAccounts(house: House, id: string): Promise<void> {
  await underLease(house, `join:${id}`, async () => {
    const join = await joinWithWork(house.db.plain, id);
    if (join === null || join.otherId === null) return;
    // The shop's account goes into the portal's where it can; else the other way round.
    const first = await takeUp(house, join, join.otherId, join.sellerId);
    if (first === "busy") return;
    const outcome = first === "joined" ? first : await takeUp(house, join, join.sellerId, join.otherId);
    if (outcome === "busy" || outcome === "joined") return;
    await settleJoin(house.db.plain, id, { state: "refused", problem: outcome });
    house.announce(join.sellerId, "channels");
    house.announce(join.otherId, "channels");
  });
}

async function takeUp(
  house: House,
  join: JoinRow,
  from: string,
  into: string,
): Promise<"joined" | "busy" | "has-history" | "is-live" | "gone"> {
  const leases = await holdChannels(house, from);
  if (leases === null) {
    await house.doorbell.ringLater({ job: "chores", chore: "join", id: join.id }, 1_000, "busy");
    return "busy";
  }
  try {
    const outcome = await house.db.write(into, async (sql) => {
      const done = await joinSellers(sql, from, into);
      if (done !== "joined") return done;
      await settleJoin(sql, join.id, { state: "joined", problem: null });
      await audit(house, sql, { sellerId: into, actorKey: join.actorKey }, "join.accounts", {
        shop: join.shop,
        enteredBy: join.otherActor,
      });
      return done;
    });
    if (outcome === "joined") {
      house.announce(into, "channels");
      house.announce(from, "channels");
    }
    return outcome;
  } finally {
    for (const lease of leases) await releaseLease(house.db.plain, lease);
  }
}

/** Work that names the account it began for; whoever holds one of these would write rows for an account that is gone. */
const AT_A_CHANNEL = ["import", "apply", "setup", "drain", "watch", "refresh", "leave"];
const HELD_MS = 30_000;

async function holdChannels(house: House, sellerId: string): Promise<Lease[] | null> {
  const held: Lease[] = [];
  for (const { id } of await connectionsOf(house.db.plain, sellerId)) {
    for (const work of AT_A_CHANNEL) {
      const lease = await acquireLease(house.db.plain, `${work}:${id}`, house.newId(), HELD_MS);
      if (lease !== null) {
        held.push(lease);
        continue;
      }
      for (const one of held) await releaseLease(house.db.plain, one);
      return null;
    }
  }
  return held;
}

function audit(house: House, sql: Sql, who: JoinWish, action: string, facts: JsonObject): Promise<void> {
  return appendAudit(sql, who.sellerId, [
    { ...{ id: house.newId(), connectionId: null, action, subject: null, facts }, actorKey: who.actorKey, correlationId: house.newId() },
  ]);
}
