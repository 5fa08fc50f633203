/** What the platform holds for our door: read without changing anything, seen when the platform gave up, and mended. */
import { expect, it } from "vitest";
import { ChannelError } from "../errors.ts";
import type { HookState } from "../port.ts";
import type { ContractHarness } from "./harness-words.ts";
import { type Bed, isOrder } from "./steps.ts";

/** eBay's own number is not published; no platform is known to need more failures than this. */
const MOST_FAILURES = 80;

export function registeredWebhookContract(bed: Bed): void {
  /** Null where the platform cannot be asked; then nothing can be set up by calls either. */
  const read = async (): Promise<HookState[] | null> => {
    const b = bed();
    if (b.traits.tellsWebhooks) return b.channel.readWebhooks!(b.context, b.doorUrl);
    expect([b.channel.readWebhooks, b.channel.ensureWebhooks, b.channel.removeWebhooks]).toEqual([undefined, undefined, undefined]);
    return null;
  };
  const statesOf = (hooks: HookState[]) => [...new Set(hooks.map((hook) => hook.state))];

  it("missing before they are set up, active afterwards, and reading changes nothing", async () => {
    const b = bed();
    const before = await read();
    await b.openDoor();
    b.trail.length = 0;
    const after = await read();
    if (before === null || after === null) return;
    expect(statesOf(before)).toEqual(["missing"]);
    expect(statesOf(after)).toEqual(["active"]);
    expect(after.length).toBeGreaterThanOrEqual(before.length);
    const operations = b.trail.flatMap((entry) => (entry.kind === "call" ? [entry.operation] : []));
    expect(operations.length).toBeGreaterThan(0);
    expect(operations.filter((operation) => /^(create|update|delete|enable)/.test(operation))).toEqual([]);
  });

  it("another door's webhooks are not ours", async () => {
    const b = bed();
    await b.openDoor();
    if ((await read()) === null) return;
    expect(statesOf(await b.channel.readWebhooks!(b.context, `${b.doorUrl}-of-another-installation`))).toEqual(["missing"]);
  });

  it("a door that fails for long is given up by the platform; that is seen, and mended so that deliveries come again", async () => {
    const b = bed();
    await b.openDoor();
    if ((await read()) === null) return;
    b.doorAnswers(500);
    await failUntilOff(b, async () => (await read())!.some((hook) => hook.state === "off"));
    b.doorAnswers(null);
    expect(statesOf((await read())!)).toContain("off");
    await b.channel.ensureWebhooks!(b.context, b.doorUrl);
    expect(statesOf((await read())!)).toEqual(["active"]);
    await b.arrived();
    const id = b.world.sell([{ sku: b.world.goods.at(-1)!.sku, quantity: 1 }]);
    const verified = await Promise.all((await b.arrived()).map((delivery) => b.channel.verify(delivery, b.verifyKeys())));
    const events = verified.flatMap((one) => (one.outcome === "accepted" ? one.events : []));
    expect(
      events.some(
        (event) =>
          (event.type === "order" && isOrder(event.order.externalId, id)) ||
          (event.type === "order-changed" && isOrder(event.orderId, id)) ||
          event.type === "orders-changed",
      ),
    ).toBe(true);
  });

  it("a platform that does not answer says nothing of its webhooks", async () => {
    const b = bed();
    await b.openDoor();
    if ((await read()) === null) return;
    b.world.faults({ api: { error5xx: 1 } });
    const told = await b.channel.readWebhooks!(b.context, b.doorUrl).catch((error: unknown) => error);
    expect(told).toBeInstanceOf(ChannelError);
    expect((told as ChannelError).kind).toBe("unavailable");
  });
}

/** One sale after the other, so that each of the platform's order topics fails. */
async function failUntilOff(b: ContractHarness, isOff: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < MOST_FAILURES; n++) {
    b.world.sell([{ sku: b.world.goods[n % (b.world.goods.length - 1)]!.sku, quantity: 1 }]);
    await b.arrived();
    if (n >= 5 && (await isOff())) return;
  }
  throw new Error(`the platform did not give up within ${MOST_FAILURES} failures`);
}
