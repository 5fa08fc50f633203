/**
 * Stands between the simulated platforms and the doors of a rig: what they deliver is written down and handed on as it came, or
 * held back and posted by the test in an order of its own. The signatures are the platforms' and stay untouched.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { callShop } from "#app/channels/woocommerce/shop-client.ts";
import { findConnection } from "#app/data/connections.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { withChannel } from "#app/flows/channel-door.server.ts";
import type { Rig } from "./rig.server.ts";

export type TakenDelivery = { channel: ChannelName; path: string; topic: string; headers: Record<string, string>; body: string };

export type DeliveryTap = {
  /** Everything so far, in the order in which it came. */
  taken: (channel?: ChannelName) => TakenDelivery[];
  /** From now on the platforms are told 200 and nothing reaches the doors. */
  hold: () => void;
  /** From now on everything is handed on, and the door's own answer goes back. */
  pass: () => void;
  /** Posts a delivery to the app's door, byte for byte; answers the door's status. */
  post: (delivery: TakenDelivery) => Promise<number>;
  stop: () => Promise<void>;
};

/** Belong to the connection and not to the delivery. */
const OF_THE_WIRE = new Set(["host", "connection", "content-length", "transfer-encoding"]);

/** From here on the platforms of the rig's account 1 deliver through the tap. */
export async function openDeliveryTap(rig: Rig): Promise<DeliveryTap> {
  const taken: TakenDelivery[] = [];
  let holding = false;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const delivery = readDelivery(request.url ?? "", request.headers, Buffer.concat(chunks).toString("utf8"));
      taken.push(delivery);
      if (holding) response.writeHead(200).end();
      else
        post(delivery).then(
          (status) => response.writeHead(status).end(),
          () => response.destroy(),
        );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function post({ path, headers, body }: TakenDelivery): Promise<number> {
    const answer = await fetch(`${rig.config.appUrl}${path}`, { method: "POST", headers, body });
    await answer.arrayBuffer();
    return answer.status;
  }

  const doors = ["shopify", "ebay", "etsy"] as const;
  await rig.control("POST", "/doors", Object.fromEntries(doors.map((channel) => [channel, `${origin}/webhooks/${channel}`])));
  await moveShopHooks(rig, `${origin}/webhooks/woocommerce/${rig.connections.woocommerce}`);
  return {
    taken: (channel) => taken.filter((t) => channel === undefined || t.channel === channel),
    hold: () => {
      holding = true;
    },
    pass: () => {
      holding = false;
    },
    post,
    async stop() {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

/** WooCommerce keeps the address in each hook; the secret stays as it is. */
async function moveShopHooks(rig: Rig, address: string): Promise<void> {
  const connection = await findConnection(rig.house.db.plain, rig.connections.woocommerce);
  if (connection === null) throw new Error("the rig has no WooCommerce connection");
  const [row] = await rig.house.db.plain.query<{ ids: number[] }>(
    "select webhook_facts->'webhookIds' as ids from connection where id = $1",
    [connection.id],
  );
  await withChannel(rig.house, connection, "orders", async ({ context }) => {
    for (const id of row?.ids ?? []) {
      await callShop(context, { operation: "updateWebhook", method: "PUT", endpoint: `webhooks/${id}`, body: { delivery_url: address } });
    }
  });
}

function readDelivery(path: string, given: Record<string, string | string[] | undefined>, body: string): TakenDelivery {
  const headers = Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (typeof value === "string" && !OF_THE_WIRE.has(name) ? [[name, value]] : [])),
  );
  const channel = path.split("/")[2] as ChannelName;
  return { channel, path, headers, body, topic: topicOf(channel, headers, body) };
}

/** eBay and Etsy name it in the body, which a test may have spoilt. */
function topicOf(channel: ChannelName, headers: Record<string, string>, body: string): string {
  const inBody = (pattern: RegExp) => pattern.exec(body)?.[1] ?? "unknown";
  switch (channel) {
    case "shopify":
      return headers["x-shopify-topic"] ?? "unknown";
    case "woocommerce":
      return headers["x-wc-webhook-topic"] ?? "unknown";
    case "ebay":
      return inBody(/"topic":"(\w+)"/);
    case "etsy":
      return inBody(/"event_type":"([\w.]+)"/);
    default: {
      const never: never = channel;
      throw new Error(`no topic for ${String(never)}`);
    }
  }
}
