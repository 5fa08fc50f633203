/** A seller connects a second WooCommerce shop through the portal, in a browser, on the demo as it is started. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { foundBrowser, launchBrowser, openVisit, sideways, type Visit } from "./browser.ts";
import { type RunningDemo, startDemo } from "./running-demo.ts";

type Shop = { account: { address: string }; credentials: { consumerKey: string; consumerSecret: string } };

describe.skipIf(!foundBrowser)("connecting a shop", () => {
  let demo: RunningDemo;
  let browser: Browser;
  let visit: Visit;
  let page: Page;
  let shop: Shop;

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo(), launchBrowser()]);
    shop = await demo.control<Shop>("GET", "/control/woocommerce/credentials?account=2");
    visit = await openVisit(browser);
    page = visit.page;
    await signIn(page);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.stop();
  });

  const signIn = async (where: Page, path = "/portal") => {
    await where.goto(demo.app + path);
    await where.click("button[value=demo-anna]");
    await where.waitForURL(demo.app + path);
  };

  it("is told what is wrong with the address, and need not paste the keys again", async () => {
    await page.getByRole("link", { name: "Channels", exact: true }).click();
    await page.getByRole("button", { name: "Connect a channel" }).click();
    await page.getByRole("link", { name: "Connect WooCommerce" }).click();
    await page.getByRole("radio", { name: /I paste keys/ }).check();
    await page.getByLabel("Address of your shop").fill(`${demo.outside}/ebay`);
    await page.getByLabel(/Consumer key/).fill(shop.credentials.consumerKey);
    await page.getByLabel(/Consumer secret/).fill(shop.credentials.consumerSecret);
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByText(/no WordPress that lets apps in/).waitFor();
    expect(await page.content()).not.toContain(shop.credentials.consumerSecret);
    await page.getByLabel("Address of your shop").fill(`${shop.account.address.replace("http://", "")}/wp-admin`);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.waitForURL(/\/setup\/(import|match)$/);
  });

  it("goes through the steps, each at its own address, to going live", async () => {
    await page
      .getByRole("link", { name: "Match listings" })
      .or(page.getByRole("button", { name: /^Link \d+ listings?$/ }))
      .first()
      .waitFor();
    if (page.url().endsWith("/import")) await page.getByRole("link", { name: "Match listings" }).click();
    await page.getByRole("button", { name: /^Link \d+ listings?$/ }).click();
    await page.getByRole("link", { name: "Set the opening" }).click();
    await page.waitForURL(/\/setup\/opening$/);
    await page.reload();
    await page.getByRole("radio", { name: /Take this channel's numbers/ }).check();
    await page.getByRole("button", { name: "Set the opening" }).click();
    await page.getByRole("link", { name: "See what would change" }).click();
    await page.waitForURL(/\/setup\/preview$/);
    await page.getByRole("button", { name: "See what would change" }).click();
    await page.waitForURL(/\/preview\?preview=/);
    await page.getByText("changes no number today").waitFor();
    await page.getByRole("button", { name: "Go live" }).click();
    await page
      .getByText(/confirmed/)
      .first()
      .waitFor();
  });

  it("disconnects it, and reads what is left to do by hand", async () => {
    await page.goto(page.url().replace(/\/preview.*$/, "/leave"));
    await page.getByRole("button", { name: "Pause live view" }).waitFor();
    await page.getByRole("button", { name: "Disconnect, numbers stay" }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Disconnect / })
      .click();
    await page.getByText("6 webhooks taken down.").waitFor();
    await page.getByText(/Delete the API key named InventorySync/).waitFor();
    await page.setViewportSize({ width: 360, height: 780 });
    expect(await sideways(page)).toBe(0);
    await page.setViewportSize({ width: 1280, height: 900 });
  });

  it("lets the shop hand its keys over, says yes to its name, and nobody else may say it", async () => {
    await page.goto(`${demo.app}/portal/channels/connect?channel=woocommerce`);
    await page.getByRole("button", { name: "Pause live view" }).waitFor();
    await page.getByLabel("Address of your shop").fill(shop.account.address);
    await page.getByRole("radio", { name: /hands them over/ }).check();
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByRole("button", { name: "Go to my shop" }).click();
    const link = page.getByRole("link", { name: /^Open .* to approve$/ });
    const [tab] = await Promise.all([visit.context.waitForEvent("page"), link.click()]);
    await tab.getByRole("button", { name: /Log in/ }).click();
    await tab.locator("a.approve").click();
    await tab.getByRole("button", { name: /^Yes, connect / }).waitFor();

    const stranger = await openVisit(browser);
    await signIn(stranger.page, new URL(page.url()).pathname);
    await stranger.page.getByRole("heading", { name: "This was begun in another browser" }).waitFor();
    expect(await stranger.page.getByRole("button", { name: /^Yes, connect / }).count()).toBe(0);
    await stranger.context.close();

    await page.getByRole("button", { name: /^Yes, connect / }).click();
    await page.waitForURL(/\/setup\//);
    expect(visit.complaints).toEqual([]);
  });

  it("connects an Etsy shop: over Etsy's own page and back, whose shop it is, yes", async () => {
    await page.goto(`${demo.app}/portal/channels/connect`);
    await page.getByRole("button", { name: "Pause live view" }).waitFor();
    await page.getByRole("button", { name: "Connect Etsy" }).click();
    await page.getByRole("link", { name: /HarbourSeconds/ }).click();
    await page.getByRole("heading", { name: /Etsy says you agreed for HarbourSeconds/ }).waitFor();
    await page.setViewportSize({ width: 360, height: 780 });
    expect(await sideways(page)).toBe(0);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByRole("button", { name: "Yes, connect HarbourSeconds" }).click();
    await page.waitForURL(/\/setup\//);
    expect(new URL(page.url()).search).toBe("");
    expect(visit.complaints).toEqual([]);
  });
});
