import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findBrowser } from "../../../scripts/find-browser.ts";
import { type Sandbox, startSandbox } from "../start-sandbox.ts";
import { createShopifySimulator } from "./simulator.ts";

const found = await findBrowser();

/** An embedded app reduced to what App Bridge sees of it. */
const appPage = (script: string, path: string) => `<!doctype html><html><head>
<meta http-equiv="content-security-policy" content="style-src 'self'"><script data-api-key="the-key" src="${script}"></script></head><body>
<ui-nav-menu><a href="/app" rel="home">Home</a><a href="/app/items">Items</a></ui-nav-menu>
<ui-title-bar title="Page ${path}"><button variant="breadcrumb">Back</button><button variant="primary" id="primary">Do it</button></ui-title-bar>
<ui-save-bar id="bar" discardConfirmation><button variant="primary">Save</button><button id="discard">Discard</button></ui-save-bar>
<ui-modal id="modal"><ui-title-bar title="Sure?"><button id="yes">Yes</button></ui-title-bar></ui-modal>
<p>hello ${path}</p><p id="log"></p><script>
const log = (text) => document.getElementById("log").append(text + ";");
document.addEventListener("shopify:navigate", (event) => history.pushState(null, "", event.target.getAttribute("href")));
primary.onclick = () => log("primary");
yes.onclick = () => { log("yes"); modal.hide(); };
modal.addEventListener("hide", () => log("hidden"));
discard.onclick = () => { log("discarded"); bar.hide(); };
</script></body></html>`;

describe.skipIf(!found)("the simulated admin in a browser", () => {
  let sandbox: Sandbox;
  let app: Server;
  let browser: Browser;
  let page: Page;
  /** Method, path and bearer of what the app was asked. */
  let asked: { method: string; url: string; bearer: boolean }[] = [];
  let refuseOnce = false;

  beforeAll(async () => {
    sandbox = await startSandbox({ port: 0, simulators: { shopify: (host) => createShopifySimulator(host) } });
    app = createServer((request, response) => {
      const url = request.url ?? "/";
      asked.push({ method: request.method ?? "", url, bearer: /^Bearer ey/.test(request.headers.authorization ?? "") });
      if (url.startsWith("/data")) {
        response.writeHead(refuseOnce ? 401 : 200, refuseOnce ? { "x-shopify-retry-invalid-session-request": "1" } : {}).end("data");
        refuseOnce = false;
        return;
      }
      response.writeHead(200, { "content-type": "text/html" });
      response.end(appPage(`${sandbox.origin}/shopify/app-bridge.js`, new URL(url, "http://app").pathname));
    });
    await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
    sandbox.simulators.shopify?.setDoor?.(`http://127.0.0.1:${(app.address() as AddressInfo).port}/webhooks/shopify`);
    browser = await chromium.launch({ executablePath: found!.executablePath, args: found!.args });
  });
  afterAll(async () => {
    await browser?.close();
    await sandbox?.stop();
    app?.closeAllConnections();
    app?.close();
  });
  beforeEach(async () => {
    asked = [];
    await page?.close();
    page = await browser.newPage();
    await page.goto(`${sandbox.origin}/shopify/admin/store/anna-a`);
    await inside().getByText("hello /app").waitFor();
  });
  const inside = () => page.frameLocator("#app-frame");
  const log = () => inside().locator("#log").textContent();
  const run = (script: string) => page.frames()[1]!.evaluate(script);

  it("shows the app's menu, follows it, and a reload finds the same page again", async () => {
    await page.getByRole("link", { name: "Items" }).click();
    await page.waitForURL(/\/apps\/inventorysync\/app\/items$/);
    expect(await page.getByRole("link", { name: "Items" }).getAttribute("aria-current")).toBe("page");
    expect(await page.locator("#app-menu a").allTextContents()).toEqual(["Items"]);
    await page.reload();
    await inside().getByText("hello /app/items").waitFor();
    expect(asked.at(-1)?.url).toMatch(/^\/app\/items\?.*id_token=/);
  });

  it("draws the title bar and its actions outside the frame", async () => {
    await page.getByRole("heading", { name: "Page /app" }).waitFor();
    await page.getByRole("button", { name: "Do it" }).click();
    await expect.poll(log).toBe("primary;");
    expect(await inside().getByText("Do it").first().isVisible()).toBe(false);
  });

  it("shows toasts with their action", async () => {
    await run(`window.shopify.toast.show("Saved it", { action: "Undo", onAction: () => log("undone") })`);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(log).toBe("undone;");
    expect(await page.getByText("Saved it").count()).toBe(0);
  });

  it("shows the save bar, and asks before changes are thrown away or left", async () => {
    await run(`document.getElementById("bar").show()`);
    await page.getByRole("button", { name: "Discard" }).click();
    await page.getByRole("button", { name: "Continue editing" }).click();
    expect(await log()).toBe("");
    const left = run(`window.shopify.saveBar.leaveConfirmation().then(() => log("left"))`);
    await page.getByRole("button", { name: "Leave page" }).click();
    await left;
    await expect.poll(log).toBe("left;");
    expect(await page.locator("#save-bar").isVisible()).toBe(false);
  });

  it("opens a modal with the title bar's actions", async () => {
    await run(`modal.content.append("Really?"); modal.show()`);
    await inside().getByRole("heading", { name: "Sure?" }).waitFor();
    await inside().getByRole("button", { name: "Yes" }).click();
    await expect.poll(log).toBe("yes;hidden;");
  });

  it("puts a session token on the app's own requests, and tries once more with a new one when told", async () => {
    refuseOnce = true;
    expect(await run(`fetch("/data", { method: "POST", body: "x" }).then((answer) => answer.status)`)).toBe(200);
    expect(asked.filter((each) => each.url === "/data")).toEqual([
      { method: "POST", url: "/data", bearer: true },
      { method: "POST", url: "/data", bearer: true },
    ]);
  });

  it("leaves the bounce page with a fresh token", async () => {
    const reload = encodeURIComponent(`http://127.0.0.1:${(app.address() as AddressInfo).port}/app/rules?embedded=1`);
    await run(`location.href = "/auth/session-token?shop=anna-a.myshopify.com&shopify-reload=${reload}"`);
    await inside().getByText("hello /app/rules").waitFor();
    expect(asked.at(-1)?.url).toMatch(/^\/app\/rules\?embedded=1&id_token=ey/);
  });
});
