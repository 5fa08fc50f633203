import type { RequestHandler } from "express";
import express from "express";
import { type DoorOptions, deliveryDoor, rawBody, type Sender } from "./delivery-door.server.ts";

const NO_CONNECTION = () => null;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The doors of the platforms, below /webhooks: one address per app for Shopify, eBay and Etsy, one per connection for
 * WooCommerce. They are answered before Remix is asked: twice the rate, a quarter of the p99 (stack.md).
 */
export function createMachineDoors(options: DoorOptions): express.Router {
  const doors = express.Router({ strict: false });
  const open = (
    path: string,
    sender: Sender,
    methods: ("GET" | "POST")[],
    connectionOf: (params: Record<string, string>) => string | null,
  ) => {
    doors.all(path, onlyMethods(methods), rawBody, deliveryDoor(sender, options, connectionOf));
  };
  open("/shopify", "shopify", ["POST"], NO_CONNECTION);
  // eBay proves with a GET that the address is ours, at registration and whenever it likes (contracts/ebay.md 7).
  open("/ebay", "ebay", ["GET", "POST"], NO_CONNECTION);
  open("/etsy", "etsy", ["POST"], NO_CONNECTION);
  doors.param("connectionId", (_req, res, next, value: string) => (UUID.test(value) ? next() : void res.status(404).end()));
  open("/woocommerce/:connectionId", "woocommerce", ["POST"], ({ connectionId }) => connectionId?.toLowerCase() ?? null);
  doors.use((_req, res) => void res.status(404).end());
  return doors;
}

function onlyMethods(methods: readonly string[]): RequestHandler {
  return (req, res, next) => {
    if (methods.includes(req.method)) return next();
    res.status(405).setHeader("Allow", methods.join(", ")).end();
  };
}
