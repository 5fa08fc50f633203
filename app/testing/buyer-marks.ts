/**
 * Looks for buyers where none may be (law 6). The sandbox writes one word into all buyer data that it invents; it is looked for in
 * every table of every schema, as text and as bytes, and in every key of a Redis.
 */
import { Redis } from "ioredis";
import pg from "pg";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import type { DeliveryTap, TakenDelivery } from "./delivery-tap.ts";
import type { Rig } from "./rig.server.ts";

export const MARK = "BUYERMARK";
/** As PostgreSQL writes out a column of bytes. */
const MARK_BYTES = Buffer.from(MARK).toString("hex");

export const holdsMark = (text: string): boolean => text.toUpperCase().includes(MARK);

/** Columns in which a buyer stands, with a value of each. `adminUrl` is the superuser's: no policy hides a row from it. */
export async function marksInDatabase(adminUrl: string): Promise<{ scanned: number; found: string[] }> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    const { rows: tables } = await admin.query<{ name: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p', 'm') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_toast%' order by 1`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const { rows } = await admin.query<{ field: string; value: string }>(
        `select f.field, min(f.value) as value from ${name} t, jsonb_each_text(to_jsonb(t)) as f(field, value)
         where f.value ilike $1 or f.value ilike $2 group by 1 order by 1`,
        [`%${MARK}%`, `%${MARK_BYTES}%`],
      );
      for (const { field, value } of rows) found.push(`${name}.${field}: ${value.slice(0, 200)}`);
    }
    return { scanned: tables.length, found };
  } finally {
    await admin.end();
  }
}

/** Keys in whose name or content a buyer stands. */
export async function marksInRedis(url: string): Promise<{ scanned: number; found: string[] }> {
  const redis = new Redis(url);
  try {
    const keys = await redis.keys("*");
    const found: string[] = [];
    for (const key of keys) if (holdsMark(key) || holdsMark(await contentOf(redis, key))) found.push(key);
    return { scanned: keys.length, found };
  } finally {
    redis.disconnect();
  }
}

async function contentOf(redis: Redis, key: string): Promise<string> {
  switch (await redis.type(key)) {
    case "string":
      return (await redis.get(key)) ?? "";
    case "hash":
      return JSON.stringify(await redis.hgetall(key));
    case "list":
      return JSON.stringify(await redis.lrange(key, 0, -1));
    case "set":
      return JSON.stringify(await redis.smembers(key));
    case "zset":
      return JSON.stringify(await redis.zrange(key, "0", "-1"));
    case "stream":
      return JSON.stringify(await redis.xrange(key, "-", "+"));
    case "none":
      return "";
    default:
      throw new Error(`a key of a kind that is not looked into: ${key}`);
  }
}

/** A buyer in a key of each kind; answers the keys. */
export async function plantInRedis(url: string): Promise<string[]> {
  const redis = new Redis(url);
  try {
    await redis.set("planted:text", `a ${MARK}`);
    await redis.hset("planted:hash", "field", MARK);
    await redis.rpush("planted:list", MARK);
    await redis.sadd("planted:set", MARK);
    await redis.zadd("planted:sorted", 1, MARK);
    await redis.xadd("planted:stream", "*", "field", MARK);
    await redis.set(`planted:${MARK}`, "1");
    return ["text", "hash", "list", "set", "sorted", "stream", MARK].map((kind) => `planted:${kind}`);
  } finally {
    redis.disconnect();
  }
}

/** Orders with buyers on all four channels, changed in every way that their shops know; answers on which channels buyers were seen. */
export async function aDayWithBuyers(rig: Rig, tap: DeliveryTap): Promise<Set<ChannelName>> {
  const seen = new Set<ChannelName>();
  const { http } = rig.house;
  rig.house.http = async (request) => {
    const answer = await http(request);
    const channel = CHANNELS.find((c) => hostOf(c).test(request.url));
    if (channel && holdsMark(answer.text)) seen.add(channel);
    return answer;
  };
  const skus = rig.sandbox
    .world()
    .simple.filter((i) => i.account === 1)
    .map((i) => i.sku);
  for (const [i, channel] of CHANNELS.entries()) {
    const [one, two] = [skus[2 * i], skus[2 * i + 1]];
    const order = async () => {
      const lines = [
        { sku: one, quantity: 2 },
        { sku: two, quantity: 1 },
      ];
      return encodeURIComponent((await rig.control<{ id: string }>("POST", `/${channel}/orders`, { lines })).id);
    };
    const [cancelled, refunded, shipped] = [await order(), await order(), await order()];
    await rig.settle();
    if (channel === "shopify" || channel === "woocommerce")
      await rig.control("POST", `/${channel}/orders/${shipped}/edit`, { lines: [{ sku: one, quantity: 1 }] });
    await rig.control("POST", `/${channel}/orders/${cancelled}/cancel`, { restock: true });
    await rig.control("POST", `/${channel}/orders/${refunded}/refund`, { lines: [{ sku: one, quantity: 1 }], restock: false });
    await rig.control("POST", `/${channel}/orders/${shipped}/fulfil`, {});
    // The seller meddles as well, so that cards and alerts are written.
    await rig.control("POST", `/${channel}/stock`, { sku: skus[8 + i], quantity: 3 });
  }
  await rig.settle();
  for (const channel of CHANNELS) if (tap.taken(channel).some((t) => holdsMark(t.body))) seen.add(channel);
  return seen;
}

function hostOf(channel: ChannelName): RegExp {
  switch (channel) {
    case "shopify":
      return /myshopify\.com/;
    case "ebay":
      return /ebay\.com/;
    case "etsy":
      return /etsy/;
    case "woocommerce":
      return /wp-json/;
    default: {
      const never: never = channel;
      throw new Error(`no host for ${String(never)}`);
    }
  }
}

/** The same delivery with a buyer where nobody expects one; each of them once, and each in other words. */
export function* withBuyers(sample: TakenDelivery): Generator<{ headers: Record<string, string>; body: string }> {
  const given: unknown = JSON.parse(sample.body);
  let n = 0;
  const mark = () => `${MARK} ${sample.channel} ${++n}`;
  for (const path of places(given)) {
    // Where the delivery brings the order itself, each is an order that nobody has seen: nothing of it is known and left alone.
    const whole = sample.channel === "woocommerce" ? put(given, ["id"], 9_000_000 + ++n) : given;
    if (!isOfTheGoods(path)) yield { headers: {}, body: JSON.stringify(put(whole, path, mark())) };
    yield { headers: {}, body: JSON.stringify(put(whole, [...path.slice(0, -1), `note ${MARK}`], { email: mark(), [mark()]: [mark()] })) };
  }
  for (const body of [`{"${mark()}`, `"${mark()}"`, JSON.stringify([mark()]), mark()]) yield { headers: {}, body };
  for (const name of Object.keys(sample.headers)) {
    if (/^x-|webhook-id/.test(name) && !/signature|hmac/.test(name)) yield { headers: { [name]: mark() }, body: sample.body };
  }
}

/** Words about the goods are the seller's own, and kept: what a line is called, its SKU. */
const isOfTheGoods = (path: string[]): boolean => /^(name|title|sku)$/.test(path.at(-1) ?? "") && path.includes("line_items");

function places(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return path.length > 0 ? [path] : [];
  return Object.entries(value).flatMap(([name, inner]) => places(inner, [...path, name]));
}

function put(whole: unknown, [name, ...rest]: string[], value: unknown): unknown {
  if (name === undefined) return value;
  const copy = (Array.isArray(whole) ? [...whole] : { ...(whole as object) }) as Record<string, unknown>;
  copy[name] = put(copy[name], rest, value);
  return copy;
}
