import type { Browser, FrameLocator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { foundBrowser, launchBrowser, openVisit, sideways, type Visit } from "./browser.ts";
import { type RunningDemo, startDemo } from "./running-demo.ts";

type State = { channels: Record<string, { listings: { sku: string; quantity: number; active: boolean }[] }> };

const CHANNELS = ["shopify", "ebay", "etsy", "woocommerce"];

describe.skipIf(!foundBrowser)("a seller at work", () => {
  let demo: RunningDemo;
  let browser: Browser;
  let sku = "";

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(), launchBrowser()]);
    const { channels } = await demo.control<State>("GET", "/control/state");
    const onAll = (channels.shopify?.listings ?? []).filter((l) =>
      CHANNELS.every((c) => channels[c]?.listings.some((o) => o.sku === l.sku && o.quantity === l.quantity)),
    );
    sku = onAll[0]?.sku ?? "";
    expect(sku).not.toBe("");
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  const signIn = async (visit: Visit, person: string, path = "/portal") => {
    await visit.page.goto(demo.app + path);
    await visit.page.click(`button[value=${person}]`);
    await visit.page.waitForURL(demo.app + path);
  };

  describe("in the portal", () => {
    let visit: Visit;
    let page: Page;
    beforeAll(async () => {
      visit = await openVisit(browser);
      page = visit.page;
      await signIn(visit, "demo-anna");
    });
    afterAll(async () => {
      await visit?.context.close();
    });

    it("reads a calm verdict first", async () => {
      await page.getByText(/All 4 channels in step · checked/).waitFor();
      expect(await page.locator("h1").allTextContents()).toEqual(["Home"]);
    });

    it("watches a sale travel to the three other channels without touching the page", async () => {
      await demo.control("POST", "/control/ebay/orders", { lines: [{ sku, quantity: 1 }] });
      const row = page.locator(".feed-row").first();
      await row.getByText(/^Sold 1 × .* on eBay/).waitFor({ timeout: 20_000 });
      await expect.poll(() => row.locator(".travel-chip-done").count(), { timeout: 20_000 }).toBe(3);
      await page.getByText(/All 4 channels in step/).waitFor({ timeout: 20_000 });
    });

    it("holds the live view still and takes it up again", async () => {
      await page.getByRole("button", { name: "Pause live view" }).click();
      await page.getByText("Live view paused").waitFor();
      await page.getByRole("button", { name: "Resume live view" }).click();
      await page.getByRole("button", { name: "Pause live view" }).waitFor();
    });

    it("asks a number why, by keyboard, and comes back to it", async () => {
      await page.getByRole("link", { name: "Inventory", exact: true }).click();
      await page.getByRole("searchbox").fill(sku);
      await page.getByRole("button", { name: "Search" }).click();
      await page.waitForURL(/q=/);
      const available = page.getByRole("button", { name: /^Edit stock of/ });
      await expect.poll(() => available.count()).toBe(1);
      await available.focus();
      await page.keyboard.press("ArrowRight");
      const number = page.getByRole("button", { name: /^Why .* on Shopify/ });
      expect(await number.evaluate((element) => element === document.activeElement)).toBe(true);
      await page.keyboard.press("Enter");
      const panel = page.getByRole("dialog");
      await panel.getByText(/^= \d+$/).waitFor();
      expect(await panel.textContent()).toMatch(/Why \d+\?[\s\S]*Shopify proved this number[\s\S]*Available \d+/);
      await page.keyboard.press("Escape");
      await expect.poll(() => number.evaluate((element) => element === document.activeElement)).toBe(true);
    });

    it("changes stock in place, sees it on its way, and takes it back", async () => {
      const available = page.getByRole("button", { name: /^Edit stock of/ });
      const before = Number(await available.textContent());
      await available.click();
      const panel = page.getByRole("dialog");
      await panel.getByLabel("Units").fill("-2");
      await panel.getByLabel("Reason").fill("broken");
      await panel.getByRole("button", { name: "Save" }).click();
      await page.getByText("Quantity updated").waitFor();
      await expect.poll(async () => Number(await available.textContent())).toBe(before - 2);
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByText("Change undone").waitFor();
      await expect.poll(async () => Number(await available.textContent())).toBe(before);
      await expect
        .poll(async () => shown(await demo.control<State>("GET", "/control/state"), sku), { timeout: 20_000 })
        .toEqual(CHANNELS.map(() => before));
    });

    it("finds on the item's page where it is shown, why, and every movement", async () => {
      await page.locator('main a[href*="/inventory/items/"]').first().click();
      await page.waitForURL("**/inventory/items/*");
      await page.getByText("Where it is shown").waitFor();
      expect(await page.locator("details summary", { hasText: /^Why/ }).allTextContents()).toHaveLength(4);
      const movements = await page.locator(".movement-row").allTextContents();
      expect(movements.map((text) => text.split(" ")[0])).toEqual(["Undone", "Adjusted", "Sold", "Opening"]);
      await page.getByRole("link", { name: "Show what it led to" }).nth(2).click();
      await page.waitForURL(/chain=/);
      const chain = page.getByRole("complementary");
      await chain.getByText(/sold on eBay/).waitFor();
      expect(await chain.locator("li").count()).toBeGreaterThanOrEqual(4);
    });

    it("pauses a channel knowingly, and resumes it", async () => {
      await page.getByRole("link", { name: "Channels", exact: true }).click();
      await page.getByRole("main").getByRole("link", { name: /^Etsy/ }).click();
      await page.getByRole("button", { name: "Pause channel" }).click();
      const dialog = page.getByRole("dialog");
      expect(await dialog.textContent()).toContain("could be sold twice");
      await dialog.getByRole("button", { name: /^Pause / }).click();
      await page.getByText(/^Paused at/).waitFor();
      await page.getByRole("button", { name: "Resume channel" }).click();
      await page
        .getByRole("button", { name: /^Resume (now|and send)/ })
        .nth(0)
        .click();
      await page.getByText(/confirmed\./).waitFor();
      await page.getByRole("link", { name: "Channels", exact: true }).click();
      await page.getByRole("main").getByRole("link", { name: /^Etsy/ }).click();
      await page.getByRole("button", { name: "Pause channel" }).waitFor();
    });

    it("stops all writing on any page, and every page says so", async () => {
      await page.getByRole("button", { name: "Stop all writing" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Stop all writing" }).click();
      await page.getByText(/All writing is stopped since/).waitFor();
      await page.getByRole("navigation").getByRole("link", { name: "Home", exact: true }).click();
      // The banner stood on the page before, too: a press of Resume must not meet a page that is still on its way.
      await page.waitForURL(`${demo.app}/portal`);
      await page.locator(".stopped-banner").waitFor();
      await page.getByRole("button", { name: "Resume writing" }).click();
      await page
        .getByRole("main")
        .getByRole("button", { name: /^Resume (now|and send)/ })
        .click();
      await page.locator(".stopped-banner").waitFor({ state: "detached" });
    });

    it("loads at most 200 kB of script on its heaviest page, and sends nothing to anyone else", async () => {
      const fresh = await openVisit(browser);
      const asked: string[] = [];
      fresh.page.on("request", (request) => asked.push(new URL(request.url()).origin));
      await signIn(fresh, "demo-anna", "/portal/inventory");
      await fresh.page.locator(".number-button").first().waitFor();
      const scripts = await fresh.page.evaluate(() =>
        performance
          .getEntriesByType("resource")
          .filter((entry) => /\.js(\?|$)/.test(entry.name))
          .map((entry) => (entry as PerformanceResourceTiming).encodedBodySize),
      );
      expect(scripts.length).toBeGreaterThan(3);
      expect(scripts.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(200_000);
      expect([...new Set(asked)]).toEqual([demo.app]);
      await fresh.context.close();
    });

    it("complained about nothing on the way", () => {
      expect(visit.complaints).toEqual([]);
    });
  });

  it("fits a phone: no page scrolls sideways at 360 or 320 pixels", async () => {
    for (const width of [360, 320]) {
      const visit = await openVisit(browser, { width });
      await signIn(visit, "demo-anna");
      for (const path of ["", "/inventory", "/inventory?tab=not-linked", "/channels", "/activity"]) {
        await visit.page.goto(`${demo.app}/portal${path}`);
        await alive(visit.page);
        expect([path, width, await sideways(visit.page)]).toEqual([path, width, 0]);
      }
      await visit.page.goto(`${demo.app}/portal/inventory`);
      await alive(visit.page);
      await visit.page.locator(".number-button").nth(1).click();
      const box = await visit.page.getByRole("dialog").boundingBox();
      expect(box && box.x >= 0 && box.x + box.width <= width).toBe(true);
      await visit.context.close();
    }
  });

  it("lets a viewer look and not touch", async () => {
    const visit = await openVisit(browser);
    await signIn(visit, "demo-ben");
    const { page } = visit;
    await page.getByText("You may look, not change.").first().waitFor();
    expect(await page.getByRole("button", { name: "Stop all writing" }).isDisabled()).toBe(true);
    await page.goto(`${demo.app}/portal/channels`);
    await page.getByRole("main").getByRole("link", { name: /^Etsy/ }).click();
    expect(await page.getByRole("button", { name: "Pause channel" }).isDisabled()).toBe(true);
    await visit.context.close();
  });

  it("goes live only after a look at every row, and leaves out what was left out", async () => {
    const visit = await openVisit(browser);
    await signIn(visit, "demo-clara", "/portal/channels");
    const { page } = visit;
    await page.getByRole("main").getByRole("link", { name: /^Etsy/ }).click();
    await page.getByRole("heading", { level: 1, name: /^Etsy/ }).waitFor();
    await page.getByText("Reads only. Nothing has been changed here.").waitFor();
    await page.getByRole("button", { name: /See what would change|Work it out again/ }).click();
    await page.waitForURL(/preview=/);
    await page.getByText("Nothing has been sent yet.").waitFor();
    await page.getByRole("link", { name: /^Same \d/ }).click();
    await page.waitForURL(/only=same/);
    const first = page.getByRole("checkbox").first();
    await first.uncheck();
    await page.getByText("1 row left out; they stay watched and unchanged.").waitFor();
    await page.getByRole("button", { name: /^(Go live|Send )/ }).click();
    await page.waitForURL((url) => !url.searchParams.has("only"));
    await page.getByRole("link", { name: /^Same \d/ }).click();
    await page.getByText("Left out", { exact: true }).waitFor();
    await page.goto(page.url().replace(/\/preview.*/, ""));
    await page
      .getByText(/numbers? in step/)
      .first()
      .waitFor();
    expect(visit.complaints).toEqual([]);
    await visit.context.close();
  });

  describe("inside Shopify admin", () => {
    let visit: Visit;
    let app: FrameLocator;
    beforeAll(async () => {
      visit = await openVisit(browser);
      await visit.page.goto(demo.admin);
      app = visit.page.frameLocator("iframe");
    });
    afterAll(async () => {
      await visit?.context.close();
    });

    it("reads the same verdict, in the admin's own frame", async () => {
      await app.getByText(/All 4 channels in step · checked/).waitFor();
      expect(await app.locator(".portal").count()).toBe(0);
    });

    it("goes through the admin's menu, asks why, and stays there after a reload", async () => {
      await visit.page.getByRole("link", { name: "Inventory", exact: true }).click();
      await app
        .getByRole("button", { name: /^Why .* on eBay/ })
        .first()
        .click();
      await app
        .getByRole("dialog")
        .getByText(/^= \d+$/)
        .waitFor();
      await visit.page.reload();
      await app
        .getByRole("button", { name: /^Why .* on eBay/ })
        .first()
        .waitFor();
      await alive(app);
    });

    it("pauses a channel by the admin's title bar and dialog, and resumes it", async () => {
      await visit.page.getByRole("link", { name: "Channels", exact: true }).click();
      await app.getByRole("link", { name: /^WooCommerce/ }).click();
      await visit.page.getByRole("button", { name: "Pause channel" }).click();
      const dialog = app.getByRole("dialog");
      await dialog.getByText(/could be sold twice/).waitFor();
      await dialog.getByRole("button", { name: /^Pause / }).click();
      await app.getByText(/^Paused at/).waitFor();
      await visit.page.getByRole("button", { name: "Resume channel" }).click();
      await app
        .getByRole("button", { name: /^Resume (now|and send)/ })
        .nth(0)
        .click();
      await app.getByText(/confirmed\./).waitFor();
    });

    it("complained about nothing on the way", () => {
      expect(visit.complaints).toEqual([]);
    });
  });
});

/** The server's page is there at once; it answers clicks as soon as its live view stands. */
async function alive(page: Page | FrameLocator): Promise<void> {
  await page.getByRole("button", { name: "Pause live view" }).waitFor();
}

function shown(state: State, sku: string): (number | undefined)[] {
  return CHANNELS.map((channel) => state.channels[channel]?.listings.find((listing) => listing.sku === sku)?.quantity);
}
