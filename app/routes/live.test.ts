import type { AppLoadContext } from "@remix-run/node";
import { describe, expect, it } from "vitest";
import type { Front } from "#app/front.server.ts";
import { loader } from "./live.ts";

/** One seller's front and a feed the test speaks into. */
function stage() {
  const listeners = new Map<string, (what: string) => void>();
  const front: Front = {
    ...{ base: "/portal", seller: { id: "seller-a", name: "A" }, actorKey: "person:1", actorLabel: "Anna", role: "owner" },
    redirect: () => new Response(),
    linkTo: (path) => path,
    landingFor: (path) => path,
    comeBackTo: (path) => path,
    sessionKey: "1",
    join: { side: "makes" },
  };
  const portal = { enter: async () => front, actsByCookie: true, signInPath: "/", signOutPath: "/" };
  const live = {
    subscribe: (sellerId: string, listener: (what: string) => void) => {
      listeners.set(sellerId, listener);
      return () => void listeners.delete(sellerId);
    },
  };
  const context = { house: {}, nonce: "", live, fronts: { app: null, portal } } as unknown as AppLoadContext;
  const gone = new AbortController();
  const request = new Request("http://localhost/portal/live", { signal: gone.signal });
  return { listeners, gone, open: () => loader({ request, params: {}, context }) };
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  return new TextDecoder().decode((await reader.read()).value);
}

describe("the live stream", () => {
  it("may be neither stored nor held back on its way", async () => {
    const { open, gone } = stage();
    const { headers } = await open();
    expect(headers.get("content-type")).toBe("text/event-stream");
    expect(headers.get("cache-control")).toBe("no-store, no-transform");
    gone.abort();
  });

  it("passes on what concerns this seller, on one line, and says hello at once", async () => {
    const { listeners, open, gone } = stage();
    const reader = (await open()).body!.getReader();
    expect(await read(reader)).toBe(": here\n\n");
    expect([...listeners.keys()]).toEqual(["seller-a"]);
    listeners.get("seller-a")?.("numbers\ndata: forged");
    expect(await read(reader)).toBe("data: numbers data: forged\n\n");
    gone.abort();
  });

  it("stops listening when the page goes away", async () => {
    const { listeners, open, gone } = stage();
    const reader = (await open()).body!.getReader();
    await read(reader);
    gone.abort();
    expect(listeners.size).toBe(0);
    expect((await reader.read()).done).toBe(true);
  });
});
