import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { followLive, type LiveState } from "./live-stream.ts";

/** A server whose streams the test feeds and cuts. */
function liveServer() {
  const open: ReadableStreamDefaultController<Uint8Array>[] = [];
  let calls = 0;
  let refuse = false;
  const answer: typeof fetch = async (_url, init) => {
    calls++;
    if (refuse) return new Response("no", { status: 503 });
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        open.push(controller);
        init?.signal?.addEventListener("abort", () => controller.error(new Error("aborted")));
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
  const say = (text: string) => open.at(-1)?.enqueue(new TextEncoder().encode(text));
  const refuseAll = () => {
    refuse = true;
  };
  return { answer, say, cut: () => open.at(-1)?.close(), calls: () => calls, refuseAll };
}

function follow(server: ReturnType<typeof liveServer>) {
  const looks: string[] = [];
  const states: LiveState[] = [];
  const stop = followLive({
    url: "http://page/live",
    fetch: server.answer,
    onLookAgain: (what) => looks.push(what),
    onState: (state) => states.push(state),
  });
  return { looks, states, stop, last: () => states.at(-1)?.kind };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("the live stream", () => {
  it("hands on what it is told, also when a line comes in two pieces", async () => {
    const server = liveServer();
    const page = follow(server);
    await pass(0);
    server.say(": hello\n\ndata: sto");
    await pass(0);
    server.say("ck\n\n");
    await pass(0);
    expect(page.looks).toEqual(["stock"]);
    expect(page.last()).toBe("live");
    page.stop();
  });

  it("says since when it is silent, after ten seconds, and comes back by itself", async () => {
    const server = liveServer();
    const page = follow(server);
    await pass(0);
    server.say(": hello\n\n");
    await pass(0);
    const heardAt = new Date();
    await pass(9_900);
    expect(page.last()).toBe("live");
    await pass(200);
    expect(page.states.at(-1)).toEqual({ kind: "stopped", since: heardAt });
    await pass(1_000);
    server.say(": hello\n\n");
    await pass(0);
    expect(page.last()).toBe("live");
    page.stop();
  });

  it("does not call a short cut a stop, but reconnects", async () => {
    const server = liveServer();
    const page = follow(server);
    await pass(0);
    server.say(": hello\n\n");
    await pass(0);
    server.cut();
    await pass(1_100);
    expect(server.calls()).toBe(2);
    expect(page.states.some((state) => state.kind === "stopped")).toBe(false);
    page.stop();
  });

  it("waits longer after each refusal", async () => {
    const server = liveServer();
    server.refuseAll();
    const page = follow(server);
    await pass(60_000);
    const inAMinute = server.calls();
    expect(inAMinute).toBeGreaterThan(3);
    expect(inAMinute).toBeLessThan(9);
    expect(page.last()).toBe("stopped");
    page.stop();
    await pass(120_000);
    expect(server.calls()).toBe(inAMinute);
  });
});
