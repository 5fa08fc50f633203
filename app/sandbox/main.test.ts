import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));

describe("sandbox process", () => {
  let dataDir: string;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), "sandbox-main-"));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    rmSync(dataDir, { recursive: true, force: true });
  });

  const start = (port: number) => {
    const child = fork(MAIN, { env: { NODE_ENV: "test", SANDBOX_PORT: String(port), DATA_DIR: dataDir }, silent: true });
    children.push(child);
    let said = "";
    child.stderr!.on("data", (part: Buffer) => {
      said += part.toString();
    });
    return { child, said: () => said };
  };
  const ready = async (child: ChildProcess) => ((await once(child, "message")) as [{ ready: boolean; origin: string }])[0];

  it("says where it is, outlives the terminal's signals, and keeps its world when told to stop", async () => {
    const { child } = start(0);
    const { ready: isReady, origin } = await ready(child);
    expect(isReady).toBe(true);
    child.kill("SIGTERM");
    child.kill("SIGINT");
    const state = (await (await fetch(`${origin}/control/state`)).json()) as { channels: Record<string, { listings: unknown[] }> };
    expect(Object.keys(state.channels)).toEqual(["shopify", "ebay", "etsy", "woocommerce"]);
    for (const { listings } of Object.values(state.channels)) expect(listings.length).toBeGreaterThanOrEqual(24);
    child.send("stop");
    expect(await once(child, "exit")).toEqual([0, null]);
    expect(existsSync(join(dataDir, "sandbox.json"))).toBe(true);

    const second = start(0).child;
    const again = await ready(second);
    const met = await (await fetch(`${again.origin}/control/state`)).json();
    expect(met).toEqual(state);
  }, 30_000);

  it("ends when its parent is gone", async () => {
    const { child } = start(0);
    await ready(child);
    child.disconnect();
    expect(await once(child, "exit")).toEqual([0, null]);
  }, 30_000);

  it("a taken port is one plain sentence", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as AddressInfo;
    const { child, said } = start(port);
    expect(await once(child, "exit")).toEqual([1, null]);
    expect(said()).toBe(`Port ${port} is taken; set SANDBOX_PORT to another one.\n`);
    holder.close();
  }, 30_000);
});
