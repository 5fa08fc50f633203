/** The door moved: eBay allows one subscription per application and topic, so the old one must be led to the new address. */
import { describe, expect, it } from "vitest";
import { cannedContext } from "./canned-context.ts";
import { ensureWebhooks, readWebhooks } from "./notification-setup.ts";

const DOOR = "https://new.example.com/webhooks/ebay";

/** eBay with both doors, and the seller's subscription at `at`. */
function moved(at: string) {
  const subscription = { subscriptionId: "s-1", topicId: "ORDER_CONFIRMATION", status: "ENABLED", destinationId: at };
  return cannedContext((call) => {
    const answer = (body: unknown) => ({ text: JSON.stringify(body) });
    switch (call.operation) {
      case "oauth2/token":
        return answer({ access_token: "application", expires_in: 7200 });
      case "getDestinations":
        return answer({
          destinations: [
            { destinationId: "d-old", status: "ENABLED", deliveryConfig: { endpoint: "https://old.example.com/webhooks/ebay" } },
            { destinationId: "d-new", status: "ENABLED", deliveryConfig: { endpoint: DOOR } },
          ],
        });
      case "getSubscriptions":
        return answer({ subscriptions: call.headers?.authorization === "Bearer application" ? [] : [subscription] });
      case "updateSubscription":
        return { status: 204, text: "" };
      case "createSubscription":
        return { status: 201, text: "{}" };
      default:
        return answer({ alertEmail: "a@example.com" });
    }
  });
}

describe("a door that moved", () => {
  it("is seen: the subscription calls another address", async () => {
    expect(await readWebhooks(moved("d-old").context, DOOR)).toEqual([{ topic: "ORDER_CONFIRMATION", state: "elsewhere" }]);
    expect(await readWebhooks(moved("d-new").context, DOOR)).toEqual([{ topic: "ORDER_CONFIRMATION", state: "active" }]);
  });

  it("is mended by leading the subscription to it, and only then", async () => {
    const { context, calls } = moved("d-old");
    await ensureWebhooks(context, DOOR);
    const update = calls.find((call) => call.operation === "updateSubscription");
    expect(update).toMatchObject({ method: "PUT", url: "https://api.ebay.com/commerce/notification/v1/subscription/s-1" });
    expect(JSON.parse(String(update?.body))).toMatchObject({ destinationId: "d-new", status: "ENABLED" });
    const settled = moved("d-new");
    await ensureWebhooks(settled.context, DOOR);
    expect(settled.calls.map((call) => call.operation)).not.toContain("updateSubscription");
  });
});
