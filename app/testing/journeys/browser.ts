import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { findBrowser } from "../../../scripts/find-browser.ts";

/** Null where no browser starts: the journeys then stay out, and `npm test` says so. */
export const foundBrowser = await findBrowser();

/** Shopify's library answers 410 to anything that calls itself headless. */
const ORDINARY = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

export function launchBrowser(): Promise<Browser> {
  if (!foundBrowser) throw new Error("no browser starts here");
  return chromium.launch({ executablePath: foundBrowser.executablePath, args: foundBrowser.args });
}

export type Visit = { page: Page; context: BrowserContext /** What the pages complained about. */; complaints: string[] };

/** Preloading Shopify's own script fails without a network, and the simulated admin has no icon; neither is a page of ours. */
const EXPECTED = /favicon\.ico|cdn\.shopify\.com|ERR_NAME_NOT_RESOLVED|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION/;

export async function openVisit(browser: Browser, options: { width?: number } = {}): Promise<Visit> {
  const context = await browser.newContext({ userAgent: ORDINARY, viewport: { width: options.width ?? 1280, height: 900 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !EXPECTED.test(`${message.text()} ${message.location().url}`))
      complaints.push(`${message.text()} ${message.location().url}`);
  });
  return { page, context, complaints };
}

/** By how many pixels the page itself scrolls sideways. */
export function sideways(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
