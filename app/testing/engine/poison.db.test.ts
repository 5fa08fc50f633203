/** Deliveries on which the work breaks off: they are put aside after some tries, never stand in the way of others, and may be tried again. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { claimEvents, markApplied } from "#app/data/inbound-events.server.ts";
import { applyEvents } from "#app/flows/apply-events.server.ts";
import { retryParked } from "#app/flows/retry-parked.server.ts";
import { type Rig, startRig } from "../rig.server.ts";

let rig: Rig;
let connectionId: string;
/** Deliveries of the running case. */
let mine: string[] = [];
beforeAll(async () => {
  rig = await startRig({ items: 4, seed: 8 });
  connectionId = rig.connections.shopify;
  await rig.settle();
  await rig.worker.stop();
}, 60_000);
afterAll(() => rig.stop());
beforeEach(async () => {
  mine = [];
  await sql("update inbound_event set status = 'applied' where connection_id = $1", [connectionId]);
  await sql("update alert set closed_at = clock_timestamp() where kind = 'parked'");
});

const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);

const HARMLESS = [{ type: "nothing", topic: "test" }];
/** No order at all: reading it breaks the work off wherever it is touched. */
const POISON = [
  { type: "order", order: { externalId: "x", placedAt: "2026-01-01", updatedAt: "2026-01-01", observedAt: "2026-01-01", lines: null } },
];
const UNREADABLE = [{ type: "order", order: null }];

async function delivered(events: unknown, tries = 0): Promise<string> {
  const id = rig.house.newId();
  await sql(
    `insert into inbound_event (id, seller_id, connection_id, topic, dedupe_key, events, tries, correlation_id, received_at)
     values ($1, $2, $3, 'orders/updated', $6, $4, $5, 'test', clock_timestamp())`,
    [id, rig.sellerId, connectionId, JSON.stringify(events), tries, id],
  );
  mine.push(id);
  return id;
}
const events = () =>
  sql<{ id: string; status: string; tries: number; reason: string | null }>(
    "select id, status::text as status, tries, parked_reason as reason from inbound_event where id = any($1) order by received_at, id",
    [mine],
  );
const alerts = () => sql<{ text: string }>("select text from alert where kind = 'parked' and closed_at is null");

describe("a delivery that kills the process that works on it", () => {
  it("is soon alone with its tries: what came with it goes through, and so does what comes after", async () => {
    const before = await Promise.all(Array.from({ length: 150 }, () => delivered(HARMLESS)));
    const killer = await delivered(HARMLESS);
    await Promise.all(Array.from({ length: 50 }, () => delivered(HARMLESS)));
    let deaths = 0;
    let late: string | null = null;
    // Whoever claims it dies: what was claimed with it stays as the claim left it.
    for (let turn = 0; turn < 300; turn++) {
      const claimed = await claimEvents(rig.house.db.plain, connectionId, 1_000);
      if (claimed.some((e) => e.id === killer)) {
        expect(claimed.find((e) => e.id === killer)?.tries).toBe(deaths + 1);
        deaths++;
        late ??= await delivered(HARMLESS);
        if (deaths > rig.house.pace.maxTries) break;
        continue;
      }
      await markApplied(
        rig.house.db.plain,
        claimed.map((e) => e.id),
      );
    }
    const left = await events();
    expect(left.filter((e) => e.status === "waiting").map((e) => e.id)).toEqual([killer]);
    expect(left.filter((e) => before.includes(e.id)).every((e) => e.status === "applied")).toBe(true);
    expect(left.find((e) => e.id === late)?.status).toBe("applied");

    await applyEvents(rig.house, connectionId);
    expect((await events()).find((e) => e.id === killer)).toMatchObject({ status: "parked" });
    expect(await alerts()).toHaveLength(1);
  });
});

describe("a delivery that cannot be worked through", () => {
  it("is tried, then put aside with the reason; the others are done at once", async () => {
    const poison = await delivered(POISON);
    const other = await delivered(HARMLESS);
    await applyEvents(rig.house, connectionId);
    expect((await events()).find((e) => e.id === other)?.status).toBe("applied");
    expect(await alerts()).toEqual([]);
    for (let turn = 0; turn < rig.house.pace.maxTries + 1; turn++) await applyEvents(rig.house, connectionId);
    const row = (await events()).find((e) => e.id === poison);
    expect(row).toMatchObject({ status: "parked" });
    expect(row?.reason).toMatch(/tried 5 times.*The last time: .{5,}/);
    expect((await alerts())[0]?.text).toContain("put aside");
  });

  it("whose content cannot even be read is put aside at once", async () => {
    const poison = await delivered(UNREADABLE);
    const other = await delivered(HARMLESS);
    await applyEvents(rig.house, connectionId);
    expect(await events()).toMatchObject([
      { id: poison, status: "parked" },
      { id: other, status: "applied" },
    ]);
  });
});

describe("trying it again", () => {
  it("gives it all its tries, closes the alert and says who did it", async () => {
    const poison = await delivered(POISON, 5);
    await applyEvents(rig.house, connectionId);
    expect(await alerts()).toHaveLength(1);
    // What stood in the way is gone.
    await sql("update inbound_event set events = $2 where id = $1", [poison, JSON.stringify(HARMLESS)]);
    expect(await retryParked(rig.web, { sellerId: rig.sellerId, actorKey: "demo", connectionId })).toBe(1);
    expect(await events()).toMatchObject([{ id: poison, status: "waiting", tries: 0, reason: null }]);
    expect(await alerts()).toEqual([]);
    await applyEvents(rig.house, connectionId);
    expect(await events()).toMatchObject([{ id: poison, status: "applied" }]);
    const said = await sql("select facts from audit_event where action = 'retry.parked' and connection_id = $1", [connectionId]);
    expect(said).toEqual([{ facts: { count: 1 } }]);
  });

  it("is nobody else's to do, and leaves alone what has nothing in it", async () => {
    await delivered(POISON, 5);
    await applyEvents(rig.house, connectionId);
    const stranger = "00000000-0000-0000-0000-000000000000";
    expect(await retryParked(rig.web, { sellerId: stranger, actorKey: "demo", connectionId })).toBe(0);
    await sql("update inbound_event set events = '[]' where id = any($1)", [mine]);
    expect(await retryParked(rig.web, { sellerId: rig.sellerId, actorKey: "demo", connectionId })).toBe(0);
    expect(await events()).toMatchObject([{ status: "parked" }]);
  });
});
