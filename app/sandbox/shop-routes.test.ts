import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openPlainSandbox } from "./sandbox-bed.ts";

describe("shop pages", () => {
  let box: Awaited<ReturnType<typeof openPlainSandbox>>;
  beforeAll(async () => {
    box = await openPlainSandbox();
  });
  afterAll(() => box.stop());
  beforeEach(() => box.reset());

  const first = () => box.world().simple[0]!;
  const html = async (path: string) => (await fetch(box.origin + path)).text();
  const submit = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${box.origin}/shop/shopify?account=1`, { method: "POST", body: new URLSearchParams(fields), headers, redirect: "manual" });

  it("the index leads to every running shop", async () => {
    const page = await html("/");
    expect(page).toContain('href="/shop/shopify"');
    expect(page).toContain('href="/shop/ebay"');
    expect(page).not.toContain('href="/shop/etsy"');
  });

  it("a shop shows titles, its own number and the other channels'", async () => {
    box.simulators.ebay!.setStock(1, { sku: first().sku, quantity: 77 });
    const page = await html("/shop/shopify");
    expect(page).toContain(first().title);
    expect(page).toContain("<dd>77</dd>");
  });

  it("buying works with a plain form and lowers the number", async () => {
    const answer = await submit({ sku: first().sku, quantity: "2" });
    expect(answer.status).toBe(303);
    expect(await html(answer.headers.get("location")!)).toContain("Bought.");
    expect(box.simulators.shopify!.state(1).listings[0]!.quantity).toBe(first().quantity - 2);
    const numbers = (await box.call("/shop/shopify/numbers?account=1")).body as Record<string, Record<string, number>>;
    expect(numbers[first().sku]).toEqual({ shopify: first().quantity - 2, ebay: first().quantity });
  });

  it("an order can be cancelled, and what cannot be bought is said on the page", async () => {
    await submit({ sku: first().sku, quantity: "2" });
    const { id } = box.simulators.shopify!.state(1).orders[0]!;
    expect((await submit({ cancel: id })).status).toBe(303);
    expect(box.simulators.shopify!.state(1).listings[0]!.quantity).toBe(first().quantity);
    const refused = await submit({ sku: first().sku, quantity: "900" });
    expect(refused.status).toBe(409);
    expect(await refused.text()).toContain("That did not work");
    expect((await submit({ sku: first().sku, quantity: "1.5" })).status).toBe(400);
  });

  it("markup in titles and searches stays text", async () => {
    box.simulators.shopify!.addListing(1, { sku: '<img src=x onerror="1">', title: "x", quantity: 1, price: 1 });
    const page = await html(`/shop/shopify?q=${encodeURIComponent('<img src=x onerror="1">')}`);
    expect(page).not.toContain("<img");
    expect(page).toContain("&#60;img");
    expect(await html(`/shop/shopify?q=${encodeURIComponent("</script><script>alert(1)</script>")}`)).not.toContain("<script>alert");
  });

  it("a foreign page cannot buy", async () => {
    expect((await submit({ sku: first().sku, quantity: "1" }, { origin: "https://elsewhere.example" })).status).toBe(403);
    expect(box.simulators.shopify!.state(1).orders).toEqual([]);
  });

  it("a large shop shows the first goods and finds the rest", async () => {
    box.reset({ items: 500 });
    const last = box.world().simple[499]!;
    expect(await html("/shop/shopify")).not.toContain(last.sku);
    expect(await html(`/shop/shopify?q=${last.sku}`)).toContain(last.sku);
    box.reset({ items: 24 });
  });
});
