/** Answers to a write that are neither yes nor no, and batches that break off in the middle. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { HttpAnswer } from "#app/platform/http.ts";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import { listingsOf, only, readOf, setStock, writeFrom } from "../contract/steps.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelCall, ChannelContext } from "../port.ts";
import { etsy } from "./connector.server.ts";

let bed: ChannelBed;
beforeAll(async () => {
  bed = await makeHarness(etsy);
}, 60_000);
afterAll(() => bed.stop());
beforeEach(() => bed.reset());

/** A context in which `answer` may speak in Etsy's place; null lets the call through. */
const speaking = (answer: (call: ChannelCall) => HttpAnswer | ChannelError | null): ChannelContext => ({
  ...bed.context,
  http: async (call) => {
    const given = answer(call);
    if (given instanceof ChannelError) throw given;
    return given ?? bed.context.http(call);
  },
});
const said = (status: number, error: string): HttpAnswer => ({ status, headers: {}, text: JSON.stringify({ error }) });
const onPut = (answer: HttpAnswer | ChannelError) => speaking((call) => (call.method === "PUT" ? answer : null));

async function lower(context: ChannelContext) {
  const [reading] = await readOf(bed, [bed.world.goods[0]!.sku]);
  return only(await setStock({ ...bed, context }, [writeFrom(bed, reading!, 3)]));
}

describe("the answer to a PUT", () => {
  it.each<[string, HttpAnswer | ChannelError, object]>([
    ["409: another change is under way, so read again", said(409, "currently being edited"), { outcome: "conflict", reading: null }],
    ["404: the listing went away", said(404, "Resource not found"), { outcome: "not-found" }],
    [
      "400: our mistake, in Etsy's words",
      said(400, "Invalid value for price"),
      { outcome: "rejected", who: "us", code: "400", text: "Invalid value for price" },
    ],
    ["403: the seller must act", said(403, "insufficient_scope"), { outcome: "rejected", who: "seller" }],
    ["401: surely not carried out", said(401, "invalid_token"), { outcome: "not-sent" }],
    ["429: surely not carried out", said(429, "Exceeded"), { outcome: "not-sent" }],
    ["500: may have been carried out", said(500, "internal error"), { outcome: "unknown" }],
    ["a web page with status 200: may have been carried out", { status: 200, headers: {}, text: "<html>" }, { outcome: "unknown" }],
    ["no answer: may have been carried out", new ChannelError("outcome-unknown", "no answer"), { outcome: "unknown" }],
    ["no connection: surely not sent", new ChannelError("unavailable", "no connection"), { outcome: "not-sent" }],
    ["a spent budget: surely not sent", new ChannelError("rate-limited", "budget"), { outcome: "not-sent" }],
  ])("%s", async (_name, answer, expected) => {
    expect(await lower(onPut(answer))).toMatchObject(expected);
  });

  it("counts by the number in it, whatever was asked for", async () => {
    const real = bed.context.http;
    const context: ChannelContext = {
      ...bed.context,
      http: async (call) => {
        const answer = await real(call);
        return call.method === "PUT" ? { ...answer, text: answer.text.replace('"quantity":3', '"quantity":2') } : answer;
      },
    };
    expect(await lower(context)).toMatchObject({ outcome: "confirmed", quantity: 2 });
  });
});

describe("a batch of several listings", () => {
  const skus = () => bed.world.goods.slice(0, 3).map((item) => item.sku);

  it("that breaks off keeps what was done and says what was not", async () => {
    const writes = (await readOf(bed, skus())).map((reading) => writeFrom(bed, reading, 2));
    let looks = 0;
    const context = speaking((call) => (call.operation === "getListingInventory" && ++looks === 2 ? said(429, "Exceeded") : null));
    const outcomes = (await setStock({ ...bed, context }, writes)).map((result) => result.outcome);
    expect(outcomes).toEqual(["confirmed", "not-sent", "not-sent"]);
    expect(skus().map((sku) => bed.world.shown(sku).quantity === 2)).toEqual([true, false, false]);
  });

  it("that cannot even begin throws, and nothing was sent", async () => {
    const writes = (await readOf(bed, skus())).map((reading) => writeFrom(bed, reading, 2));
    bed.world.faults({ api: { throttle: 1 } });
    await expect(setStock(bed, writes)).rejects.toMatchObject({ kind: "rate-limited", retryAfterMs: null });
    bed.world.faults();
    expect(bed.world.journal()).toEqual([]);
  });

  it("costs two calls per listing", async () => {
    const writes = (await readOf(bed, skus())).map((reading) => writeFrom(bed, reading, 2));
    bed.trail.length = 0;
    await setStock(bed, writes);
    expect(bed.trail.filter((entry) => entry.kind === "call").length).toBe(6);
  });

  it("never asks for more than 999, which Etsy refuses", async () => {
    const [reading] = await readOf(bed, skus().slice(0, 1));
    expect(only(await setStock(bed, [writeFrom(bed, reading!, 1_500)]))).toMatchObject({ outcome: "confirmed", quantity: 999 });
  });
});

it("writes lists of ids with commas where a connection is told to", async () => {
  const refs = (
    await listingsOf(
      bed,
      [0, 1].map((at) => bed.world.goods[at]!.sku),
    )
  ).map((listing) => listing.quantityRef);
  const urls: string[] = [];
  const context: ChannelContext = {
    ...bed.context,
    settings: { ...bed.context.settings, etsyIdLists: "comma" },
    http: async (call) => {
      urls.push(call.url);
      return said(500, "x");
    },
  };
  await expect(bed.channel.readStock(context, refs)).rejects.toMatchObject({ kind: "unavailable" });
  expect(new URL(urls[0]!).searchParams.getAll("listing_ids")).toEqual([refs.map(({ ref }) => ref.listingId).join(",")]);
});
