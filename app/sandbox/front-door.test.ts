import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openPlainSandbox } from "./sandbox-bed.ts";

describe("front door", () => {
  let box: Awaited<ReturnType<typeof openPlainSandbox>>;
  beforeAll(async () => {
    box = await openPlainSandbox();
  });
  afterAll(() => box.stop());
  beforeEach(() => box.reset({ seed: 1, items: 24 }));

  const sku = () => box.world().simple[0]!.sku;
  const shown = () => box.simulators.shopify!.state(1).listings[0]!.quantity;
  const faults = (api: Record<string, number>, account = 1) => box.post(`/control/shopify/faults?account=${account}`, { api });
  const put = (quantity: number, signal?: AbortSignal) =>
    box.api(`/stock/${sku()}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${box.token()}` },
      body: JSON.stringify({ quantity }),
      ...(signal ? { signal } : {}),
    });
  /** 40 reads in a row, as a text of statuses. */
  const row = async () => {
    const statuses: number[] = [];
    for (let call = 0; call < 40; call++) statuses.push((await box.api("/stock")).status);
    return statuses.join(" ");
  };

  it("the same seed and order of calls meet the same faults, another seed meets others", async () => {
    await faults({ error5xx: 0.3, throttle: 0.2 });
    const first = await row();
    expect(first).toContain("503");
    expect(first).toContain("429");
    expect(first).toContain("200");
    await faults({ error5xx: 0.3, throttle: 0.2 });
    expect(await row()).toBe(first);
    box.reset({ seed: 2 });
    await faults({ error5xx: 0.3, throttle: 0.2 });
    expect(await row()).not.toBe(first);
  });

  it("faults are the account's own, and an empty body ends them", async () => {
    await faults({ error5xx: 1 }, 2);
    expect((await box.api("/stock")).status).toBe(200);
    expect((await box.api("/stock", { headers: { authorization: `Bearer ${box.token(2)}` } })).status).toBe(503);
    await box.post("/control/shopify/faults?account=2");
    expect((await box.api("/stock", { headers: { authorization: `Bearer ${box.token(2)}` } })).status).toBe(200);
  });

  it("a refused call is counted as rejected and changes nothing", async () => {
    const before = shown();
    await faults({ error5xx: 1 });
    expect((await put(3)).status).toBe(503);
    expect(shown()).toBe(before);
    expect(box.desks.shopify!.calls.countsOf(1)).toMatchObject({ total: 1, rejected: 1 });
  });

  it("lostReply carries the change out and then cuts the connection; reads are answered", async () => {
    await faults({ lostReply: 1 });
    await expect(put(3)).rejects.toThrow();
    expect(shown()).toBe(3);
    expect((await box.api("/stock")).status).toBe(200);
    expect(box.desks.shopify!.calls.since(0, 1).at(-2)).toMatchObject({ operation: "putStock", status: 0, changes: true });
  });

  it("timeout never answers and never carries out", async () => {
    const before = shown();
    await faults({ timeout: 1 });
    await expect(put(3, AbortSignal.timeout(150))).rejects.toThrow(/timeout|abort/i);
    expect(shown()).toBe(before);
  });

  it("latency is split by seed around the change", async () => {
    await faults({ latencyMs: 40 });
    const started = performance.now();
    await put(3);
    expect(performance.now() - started).toBeGreaterThanOrEqual(35);
    expect(box.desks.shopify!.calls.since(0, 1).at(-1)!.ms).toBeGreaterThanOrEqual(35);
  });

  it("expired tokens die at once, and what the token endpoint hands out lives", async () => {
    const old = box.token();
    await box.post("/control/shopify/faults", { tokens: "expire" });
    expect((await box.api("/stock", { headers: { authorization: `Bearer ${old}` } })).status).toBe(401);
    const renewed = (await (await box.api("/oauth2/token", { method: "POST" })).json()) as { access_token: string };
    expect((await box.api("/stock", { headers: { authorization: `Bearer ${renewed.access_token}` } })).status).toBe(200);
  });

  it("a revoked authorization refuses tokens and their renewal", async () => {
    await box.post("/control/shopify/faults", { tokens: "revoke" });
    expect((await box.api("/stock")).status).toBe(403);
    expect((await box.api("/oauth2/token", { method: "POST" })).status).toBe(403);
    await box.post("/control/shopify/faults");
    expect((await box.api("/stock")).status).toBe(200);
  });

  it("a call without a known account is handled, logged and counted for nobody", async () => {
    await faults({ error5xx: 1 });
    expect((await box.api("/stock", { headers: { authorization: "Bearer nobody" } })).status).toBe(401);
    expect(box.desks.shopify!.calls.since(0, 2).at(-1)).toMatchObject({ account: null, status: 401 });
    expect(box.desks.shopify!.calls.countsOf(1).total).toBe(0);
  });
});
