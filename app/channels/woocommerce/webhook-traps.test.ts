/** The oddities of a real shop (webhooks), met by the connector over HTTP in the simulated one. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "#app/domain/channel-words.ts";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import { woocommerce } from "./connector.server.ts";
import { callShop } from "./shop-client.ts";
import { listingOf, merchant } from "./trap-steps.ts";

let bed: ChannelBed;
beforeAll(async () => {
  bed = await makeHarness(woocommerce);
});
afterAll(() => bed.stop());
beforeEach(() => bed.reset({ items: 12 }));

const firstSku = () => bed.world.goods[0]!.sku;

describe("webhooks", () => {
  const DOOR = "http://127.0.0.1:9/webhooks/woocommerce/7";
  const hooks = async () =>
    (await callShop(bed.context, { operation: "listWebhook", method: "GET", endpoint: "webhooks" })).body as JsonObject[];

  it("are made once; the second time only looks", async () => {
    const first = await bed.channel.ensureWebhooks!(bed.context, DOOR);
    expect(first.secret).toMatch(/^[A-Za-z0-9]{32,}$/);
    expect((await hooks()).map((one) => one.topic).sort()).toEqual([
      "order.created",
      "order.deleted",
      "order.updated",
      "product.created",
      "product.deleted",
      "product.updated",
    ]);
    bed.trail.length = 0;
    const second = await bed.channel.ensureWebhooks!(bed.context, DOOR);
    expect(second.secret).toBe(first.secret);
    expect(bed.trail.map((entry) => entry.kind === "call" && entry.operation)).toEqual(["listWebhook"]);
  });

  it("switched off after seven failures in a row, nobody told: found and switched on again", async () => {
    await bed.channel.ensureWebhooks!(bed.context, DOOR);
    for (let n = 0; n < 8; n++) {
      bed.world.setByHand(firstSku(), 20 + n);
      await bed.sandbox.settled();
    }
    const off = (await hooks()).filter((one) => one.status === "disabled").map((one) => one.topic);
    expect(off).toEqual(["product.updated"]);
    const { facts } = await bed.channel.ensureWebhooks!(bed.context, DOOR);
    expect(facts.webhooksMended).toEqual(["product.updated"]);
    expect((await hooks()).every((one) => one.status === "active")).toBe(true);
  });

  it("of ours are taken down for good, foreign ones stay", async () => {
    const foreign = { topic: "order.updated", delivery_url: "https://elsewhere.example.com/", secret: "theirs", name: "Other app" };
    await merchant(bed.context, "POST", "webhooks", foreign);
    await bed.channel.ensureWebhooks!(bed.context, DOOR);
    expect(await bed.channel.removeWebhooks!(bed.context, DOOR)).toEqual({ removed: 6, left: 0 });
    expect((await hooks()).map((one) => one.name)).toEqual(["Other app"]);
    expect(await bed.channel.removeWebhooks!(bed.context, DOOR)).toEqual({ removed: 0, left: 0 });
  });

  it("with another key's secret are given ours; doubles and missing ones are put right, foreign ones left alone", async () => {
    const foreign = { topic: "order.updated", delivery_url: "https://elsewhere.example.com/", secret: "theirs", name: "Other app" };
    await merchant(bed.context, "POST", "webhooks", foreign);
    const old = { topic: "order.updated", delivery_url: DOOR, secret: "old", name: "InventorySync order.updated 00000000" };
    await merchant(bed.context, "POST", "webhooks", old);
    await merchant(bed.context, "POST", "webhooks", old);
    await bed.channel.ensureWebhooks!(bed.context, DOOR);
    const now = await hooks();
    expect(now.filter((one) => one.delivery_url === DOOR && one.topic === "order.updated")).toHaveLength(1);
    expect(now.filter((one) => one.name === "Other app")).toHaveLength(1);
    expect(now).toHaveLength(7);
  });

  it("hooks with a stranger's secret sign with ours after mending", async () => {
    await bed.openDoor();
    for (const hook of await hooks())
      await merchant(bed.context, "PUT", `webhooks/${String(hook.id)}`, { secret: "somebody elses", name: "renamed by hand" });
    bed.world.sell([{ sku: firstSku(), quantity: 1 }]);
    const refused = await Promise.all((await bed.arrived()).map((one) => bed.channel.verify(one, bed.verifyKeys())));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every((one) => one.outcome === "refused")).toBe(true);
    await bed.openDoor();
    bed.world.sell([{ sku: firstSku(), quantity: 1 }]);
    const accepted = await Promise.all((await bed.arrived()).map((one) => bed.channel.verify(one, bed.verifyKeys())));
    expect(accepted.map((one) => one.outcome)).toEqual(accepted.map(() => "accepted"));
    expect(accepted.length).toBeGreaterThan(0);
  });

  it("a sale tells the order in full and the number of each product, and never its buyer", async () => {
    await bed.openDoor();
    const id = bed.world.sell([{ sku: firstSku(), quantity: 2 }]);
    const verified = await Promise.all((await bed.arrived()).map((one) => bed.channel.verify(one, bed.verifyKeys())));
    const events = verified.flatMap((one) => (one.outcome === "accepted" ? one.events : []));
    const orders = events.filter((one) => one.type === "order");
    expect(orders.map((one) => one.order.externalId)).toEqual([id, id]);
    expect(orders[0]!.order.lines[0]).toMatchObject({ held: 2, channelDeducted: { min: 2, max: 2 } });
    const listing = await listingOf(bed.context, firstSku());
    const shown = bed.world.goods[0]!.quantity - 2;
    expect(events).toContainEqual({
      type: "stock-changed",
      key: listing.quantityRef.key,
      listingExternalId: listing.externalId,
      locationId: null,
      quantity: shown,
    });
    expect(bed.problems).toEqual([]);
  });
});
