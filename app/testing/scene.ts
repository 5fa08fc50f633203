/**
 * A small story as rows: seller A with four live channels and numbers in every state a screen can show, seller B who only
 * watches one. For tests of read models and pages, where no engine runs.
 */
import type { Database } from "#app/data/database.server.ts";
import { createManualClock } from "#app/platform/clock.ts";
import { createIds } from "#app/platform/ids.ts";
import { type SceneSeller, Story } from "./scene-story.ts";

export type { SceneSeller };
export type Scene = {
  now: Date;
  a: SceneSeller & { items: { mug: string; lamp: string; bowl: string; vase: string }; movements: { sale: string; adjustment: string } };
  b: SceneSeller & { items: { secret: string }; preview: string };
};

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** `db` must be the worker's: the scene is written across both sellers. `more` adds that many plain items to seller A. */
export async function writeScene(db: Database, options: { now: Date; more?: number }): Promise<Scene> {
  const { now } = options;
  const clock = createManualClock(now);
  const newId = createIds({ clock });
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const story = new Story(db, now, newId);

  const a = await story.seller(
    "Seller A",
    ["Anna", "Ben"],
    { shopify: "Hearth & Home", ebay: "hearth_home", etsy: "HearthHomeShop", woocommerce: "hearth.example" },
    "live",
  );
  const sale = newId();
  const mug = await story.item(a, {
    sku: "MUG-BLU",
    title: "Blue mug",
    onHand: 12,
    reserved: 2,
    tags: ["kitchen"],
    on: {
      shopify: { target: 10, confirmed: 10 },
      ebay: { target: 10, confirmed: 10 },
      etsy: { target: 10, confirmed: 11, dirty: true, causeId: sale, causeAt: ago(4 * SECOND) },
      woocommerce: { target: 10, confirmed: 10 },
    },
  });
  const lamp = await story.item(a, {
    sku: "LAMP-OAK",
    title: "Oak table lamp with a linen shade, hand-turned, extra long title that has to wrap somewhere",
    onHand: 3,
    on: {
      shopify: { target: 3, confirmed: 3 },
      woocommerce: {
        target: 3,
        confirmed: 5,
        dirty: true,
        failureKind: "rejected",
        failureText: "WooCommerce says the product was deleted.",
        attempts: 3,
      },
    },
  });
  const bowl = await story.item(a, {
    sku: "BOWL-RED",
    title: "Red bowl",
    onHand: 0,
    on: { shopify: { target: 0, confirmed: 0, state: "sold-out" }, ebay: { target: 0, confirmed: 4, dirty: true } },
  });
  const vase = await story.item(a, {
    sku: "VASE-GRN",
    title: "Green vase",
    onHand: 120_500,
    on: {
      shopify: { target: 120_500, confirmed: 120_500 },
      etsy: { target: 999, confirmed: 999 },
      ebay: { target: null, confirmed: 7, state: "ended" },
    },
  });
  for (let n = 1; n <= (options.more ?? 8); n++) {
    const shown = { target: 20 + n, confirmed: 20 + n };
    await story.item(a, {
      sku: `PLAIN-${String(n).padStart(4, "0")}`,
      title: `Plain thing ${n}`,
      onHand: 20 + n,
      on: { shopify: shown, ebay: shown, etsy: shown, woocommerce: shown },
    });
  }
  await story.unlinked(a, "etsy", "Wooden spoon, no SKU", 4);

  const saleMove = await story.move(a, {
    itemId: mug,
    kind: "sale",
    reserved: 1,
    channel: "ebay",
    order: "17-04512-88",
    correlationId: sale,
    at: ago(5 * SECOND),
    actor: "channel",
  });
  await story.shown(a, "MUG-BLU", "shopify", { from: 11, to: 10, causeId: sale, causeAt: ago(5 * SECOND), tookMs: 1_800 });
  await story.shown(a, "MUG-BLU", "woocommerce", { from: 11, to: 10, causeId: sale, causeAt: ago(5 * SECOND), tookMs: 2_200 });
  const adjustment = await story.move(a, {
    itemId: mug,
    kind: "adjustment",
    onHand: 2,
    correlationId: newId(),
    at: ago(3 * MINUTE),
    actor: "owner",
    note: "found two behind the shelf",
  });
  await story.move(a, { itemId: lamp, kind: "opening", onHand: 3, correlationId: newId(), at: ago(90 * MINUTE), actor: "channel" });
  const edit = await story.edit(a, "VASE-GRN", "shopify", { expected: 120_500, observed: 120_400 });
  a.edits.push(edit);
  a.holds.push(await story.hold(a, ["BOWL-RED"], "412 of 1,900 listings would drop to 0, and no orders explain it."));
  await story.alert(a, {
    kind: "failed",
    text: "WooCommerce refused 1 number since 14:05. It shows 2 too many.",
    connectionId: a.connections.woocommerce,
    severity: 3,
  });
  await story.audit(a, "pause.connection", a.connections.etsy, ago(20 * MINUTE));

  const b = await story.seller(
    "Seller B",
    ["Clara", "Dan"],
    { shopify: "Brass & Bone", ebay: "brass_bone", etsy: "BrassBone", woocommerce: "brass.example" },
    "observe",
  );
  const secret = await story.item(b, {
    sku: "B-SECRET",
    title: "Secret of B",
    onHand: 9,
    on: { shopify: { target: null, confirmed: 7 }, ebay: { target: null, confirmed: 0 } },
  });
  await story.move(b, { itemId: secret, kind: "opening", onHand: 9, correlationId: newId(), at: ago(60 * MINUTE), actor: "channel" });
  const preview = await story.preview(b, "shopify", [{ sku: "B-SECRET", before: 7, after: 9, change: "up" }]);
  const bEdit = await story.edit(b, "B-SECRET", "ebay", { expected: 3, observed: 0 });
  b.edits.push(bEdit);

  return {
    now,
    a: { ...a, items: { mug, lamp, bowl, vase }, movements: { sale: saleMove, adjustment } },
    b: { ...b, items: { secret }, preview },
  };
}
