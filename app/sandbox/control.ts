/** The control API: the hand of whoever tests or shows the product. The same for all four channels; plain JSON on loopback only. */
import { type ChannelDesk, orderFaults } from "./channel-desk.ts";
import {
  readAccount,
  readDelivery,
  readFields,
  readLines,
  readListing,
  readOrder,
  readReset,
  readRestock,
  readSince,
  readText,
  readWhole,
} from "./control-input.ts";
import { readFaults } from "./faults.ts";
import { postDelivery } from "./post-delivery.ts";
import { type AccountNo, CHANNELS, type ChannelName, ControlRefusal, type SimRequest, type WorldSeed } from "./simulator.ts";

/** What the control API may do to the sandbox as a whole. */
export type Controlled = {
  desks: Partial<Record<ChannelName, ChannelDesk>>;
  world(): WorldSeed;
  reset(how: { seed: number; items: number }): void;
  setDoors(doors: Partial<Record<ChannelName, string>>): void;
  touched(): void;
};
export type ControlAnswer = { status: number; body: unknown };

const DELIVERIES_AT_ONCE = 16;

/** `request.path` is the part below /control, e.g. /shopify/orders. Throws ControlRefusal. */
export async function answerControl(sandbox: Controlled, request: SimRequest): Promise<ControlAnswer> {
  const parts = request.path.split("/").filter(Boolean).map(decodePart);
  const [first, ...rest] = parts;
  const fields = (...allowed: string[]) => readFields(request.body, request.headers["content-type"], allowed);
  switch (`${request.method} ${parts.join("/")}`) {
    case "GET state":
      return ok(readState(sandbox, readAccount(request.query)));
    case "GET world":
      return ok(sandbox.world());
    case "POST reset":
      sandbox.reset(readReset(fields("seed", "items")));
      return ok({ ok: true });
    case "POST doors":
      sandbox.setDoors(readDoors(fields("app", "shopify", "ebay", "etsy")));
      return ok({ ok: true });
  }
  if (first === "state" || first === "world" || first === "reset" || first === "doors")
    throw new ControlRefusal(405, `${request.method} is not possible here`);
  return answerChannel(sandbox, findDesk(sandbox, first), rest, request, fields);
}

async function answerChannel(
  sandbox: Controlled,
  desk: ChannelDesk,
  [what, id, verb]: string[],
  request: SimRequest,
  fields: (...allowed: string[]) => Record<string, unknown>,
): Promise<ControlAnswer> {
  const account = readAccount(request.query);
  const { simulator } = desk;
  const route = `${request.method} ${what ?? ""}${id === undefined ? "" : "/:id"}${verb === undefined ? "" : `/${verb}`}`;
  const done = (body: unknown = { ok: true }, status = 200): ControlAnswer => {
    sandbox.touched();
    return { status, body };
  };
  switch (route) {
    case "POST orders":
      return done(simulator.placeOrder(account, readOrder(fields("lines", "at"))), 201);
    case "POST orders/:id/cancel":
      simulator.cancelOrder(account, id!, { restock: readRestock(fields("restock")) });
      return done();
    case "POST orders/:id/refund": {
      const given = fields("lines", "restock");
      simulator.refundOrder(account, id!, { lines: readLines(given.lines), restock: readRestock(given) });
      return done();
    }
    case "POST orders/:id/fulfil":
      fields();
      simulator.fulfilOrder(account, id!);
      return done();
    case "POST orders/:id/edit":
      simulator.editOrder(account, id!, { lines: readLines(fields("lines").lines, 0) });
      return done();
    case "POST stock": {
      const given = fields("sku", "quantity");
      simulator.setStock(account, {
        sku: readText(given.sku, "sku"),
        quantity: readWhole(given.quantity, "quantity", -1_000_000, 1_000_000_000),
      });
      return done();
    }
    case "POST listings":
      return done(simulator.addListing(account, readListing(fields("sku", "title", "quantity", "price"))), 201);
    case "DELETE listings/:id":
      simulator.removeListing(account, id!);
      return done();
    case "POST faults":
      orderFaults(desk, account, readFaults(fields("webhooks", "api", "tokens")));
      return done();
    case "GET journal":
      return ok(desk.ground.journal.since(readSince(request.query), desk.channel, account));
    case "GET calls":
      return ok(desk.calls.since(readSince(request.query), account));
    case "GET credentials":
      return done(simulator.credentials(account));
    case "POST deliver":
      return ok(await deliverForged(desk, account, readDelivery(fields("topic", "headers", "body", "sign", "times"))));
    default:
      throw new ControlRefusal(404, `no such control address: ${request.method} ${request.path}`);
  }
}

/** Sends a made-up delivery many times, some at once; answers the app's status (null: none) and milliseconds for each. */
async function deliverForged(desk: ChannelDesk, account: AccountNo, wanted: ReturnType<typeof readDelivery>) {
  const { times, ...what } = wanted;
  const statuses: (number | null)[] = new Array(times).fill(null);
  const took: number[] = new Array(times).fill(0);
  let next = 0;
  const sendOn = async () => {
    for (let index = next++; index < times; index = next++) {
      const { url, headers, body } = desk.simulator.forge(account, what);
      const outcome = await postDelivery(url, headers, body, 10_000);
      statuses[index] = outcome.status;
      took[index] = outcome.ms;
    }
  };
  await Promise.all(Array.from({ length: Math.min(times, DELIVERIES_AT_ONCE) }, sendOn));
  return { statuses, times: took };
}

function readState(sandbox: Controlled, account: AccountNo) {
  const channels: Record<string, unknown> = {};
  for (const [channel, desk] of Object.entries(sandbox.desks)) {
    channels[channel] = {
      ...desk.simulator.state(account),
      calls: desk.calls.countsOf(account),
      webhooks: desk.deliveries.countsOf(account),
    };
  }
  return { channels };
}

/** `app` names the app's origin and stands for all three doors; a door of its own goes before it. */
function readDoors({ app, ...doors }: Record<string, unknown>): Partial<Record<ChannelName, string>> {
  const address = (given: unknown, what: string) => {
    if (typeof given !== "string" || !URL.canParse(given))
      throw new ControlRefusal(400, `${what} must be an address such as http://127.0.0.1:3000`);
    return given.replace(/\/+$/, "");
  };
  const found: Partial<Record<ChannelName, string>> = {};
  for (const channel of ["shopify", "ebay", "etsy"] as const) {
    if (doors[channel] !== undefined) found[channel] = address(doors[channel], channel);
    else if (app !== undefined) found[channel] = `${address(app, "app")}/webhooks/${channel}`;
  }
  if (Object.keys(found).length === 0) throw new ControlRefusal(400, "name at least one of app, shopify, ebay, etsy");
  return found;
}

export function findDesk(sandbox: Pick<Controlled, "desks">, name: string | undefined): ChannelDesk {
  const desk = sandbox.desks[name as ChannelName];
  if (desk) return desk;
  const known = (CHANNELS as readonly string[]).includes(name ?? "");
  throw new ControlRefusal(
    404,
    known ? `the channel ${name} does not run in this sandbox` : `unknown channel ${name ?? ""}; known are ${CHANNELS.join(", ")}`,
  );
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ControlRefusal(400, "the address holds a broken % sequence");
  }
}

function ok(body: unknown): ControlAnswer {
  return { status: 200, body };
}
