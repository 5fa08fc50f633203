/** For tests of the eBay simulator: a world of a few goods, a clock moved by hand, and calls without a network. */
import { NO_FAULTS } from "../faults.ts";
import { createRandom } from "../random.ts";
import type { AccountNo, Faults, OutgoingDelivery, SeedItem, SimResponse, SimulatorHost } from "../simulator.ts";
import { type Limits, RAISED_LIMITS } from "./limits.ts";
import { createEbaySimulator } from "./simulator.ts";
import { APP_KEYS } from "./tokens.ts";

export type Change = Parameters<SimulatorHost["journal"]>[0];
type RestOptions = { body?: unknown; headers?: Record<string, string>; account?: AccountNo; token?: string };

export function goods(count: number, account: AccountNo = 1): SeedItem[] {
  return Array.from({ length: count }, (_, index) => ({
    sku: `G${account}-${index + 1}`,
    title: `Good ${index + 1}`,
    quantity: 20,
    priceMinor: 1_000 + index,
    account,
  }));
}

export function openBench(limits: Partial<Limits> = {}, simple: SeedItem[] = [...goods(9), ...goods(9, 2)]) {
  let at = Date.parse("2026-11-23T12:00:00.000Z");
  let id = 100_000;
  let faults: Faults = NO_FAULTS;
  const random = createRandom(7);
  const journal: Change[] = [];
  const deliveries: OutgoingDelivery[] = [];
  const host: SimulatorHost = {
    now: () => new Date(at),
    random: () => random.next(),
    nextId: () => ++id,
    faults: () => faults,
    strikes: (_account, fault) => faults.api[fault] > 0,
    journal: (change) => {
      if (change.from !== change.to) journal.push(change);
    },
    countCall: () => {},
    deliver: (_account, delivery) => deliveries.push(delivery),
    origin: () => "http://127.0.0.1:4010",
    buyer: () => ({
      name: "BUYERMARK",
      email: "BUYERMARK",
      phone: "BUYERMARK",
      street: "BUYERMARK",
      city: "BUYERMARK",
      zip: "BUYERMARK",
      note: "BUYERMARK",
    }),
    touched: () => {},
  };
  const simulator = createEbaySimulator(host, { ...RAISED_LIMITS, ...limits });
  simulator.reset({ seed: 1, simple, composites: [] });
  const access = (account: AccountNo = 1) => String(simulator.credentials(account).credentials.accessToken);
  const send = (method: string, address: string, headers: Record<string, string>, body = "") => {
    const url = new URL(address, "http://sandbox");
    return simulator.handle({ method, path: url.pathname, query: url.searchParams, headers, body: Buffer.from(body) });
  };

  return {
    simulator,
    journal,
    deliveries,
    clock: {
      now: () => new Date(at),
      advance(ms: number) {
        at += ms;
      },
    },
    set api(some: Partial<Faults["api"]>) {
      faults = { ...NO_FAULTS, api: { ...NO_FAULTS.api, ...some } };
    },
    access,
    send,
    shown: (sku: string, account: AccountNo = 1) => simulator.state(account).listings.find((listing) => listing.sku === sku),
    /** One Trading call; `fields` is XML. */
    async trading(call: string, fields: string, account: AccountNo = 1, headers: Record<string, string> = {}): Promise<string> {
      const answer = await send(
        "POST",
        "/api.ebay.com/ws/api.dll",
        {
          "content-type": "text/xml",
          "x-ebay-api-call-name": call,
          "x-ebay-api-siteid": "0",
          "x-ebay-api-compatibility-level": "1477",
          "x-ebay-api-iaf-token": access(account),
          ...headers,
        },
        `<?xml version="1.0"?><${call}Request xmlns="urn:ebay:apis:eBLBaseComponents">${fields}</${call}Request>`,
      );
      return String(answer.body);
    },
    async rest(
      method: string,
      path: string,
      { body, headers, account = 1, token }: RestOptions = {},
    ): Promise<{ status: number; body: never; headers: SimResponse["headers"] }> {
      const answer = await send(
        method,
        `/api.ebay.com${path}`,
        {
          authorization: `Bearer ${token ?? access(account)}`,
          "content-type": "application/json",
          "content-language": "en-US",
          ...headers,
        },
        body === undefined ? "" : JSON.stringify(body),
      );
      return { status: answer.status, headers: answer.headers, body: (answer.body ? JSON.parse(String(answer.body)) : null) as never };
    },
    async token(form: Record<string, string>, basic = `${APP_KEYS.clientId}:${APP_KEYS.clientSecret}`) {
      const headers = {
        authorization: `Basic ${Buffer.from(basic).toString("base64")}`,
        "content-type": "application/x-www-form-urlencoded",
      };
      const answer = await send("POST", "/api.ebay.com/identity/v1/oauth2/token", headers, new URLSearchParams(form).toString());
      return { status: answer.status, body: JSON.parse(String(answer.body)) as Record<string, unknown> };
    },
  };
}

export type Bench = ReturnType<typeof openBench>;

/** The item id under which a SKU stands. */
export function itemIdOf(bench: Bench, sku: string, account: AccountNo = 1): string {
  return bench.shown(sku, account)!.id.split(":")[0]!;
}

export function revise(...statuses: { itemId: string; sku?: string; quantity: number | string }[]): string {
  return statuses
    .map(
      ({ itemId, sku, quantity }) =>
        `<InventoryStatus><ItemID>${itemId}</ItemID>${sku === undefined ? "" : `<SKU>${sku}</SKU>`}<Quantity>${quantity}</Quantity></InventoryStatus>`,
    )
    .join("");
}

/** Texts of all elements of this name, in order. */
export function texts(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?: [^>]*)?>([^<]*)</${name}>`, "g"))].map((match) => match[1]!);
}
