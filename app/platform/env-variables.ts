import { z } from "zod";

/** What each environment variable must look like, and the words that say where to get it. .env.example says the same at length. */
export type Variable = { schema: z.ZodType<string>; where: string };

const text = z.string();
const matching = (shape: RegExp, words: string) => text.regex(shape, { error: words });
const address = (schemes: string[], words: string) =>
  text.refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol), { error: words });
const postgres = address(["postgres:", "postgresql:"], "is no address of the form postgresql://user:password@host:5432/database");

export const VARIABLES = {
  APP_URL: {
    schema: address(["https:", "http:"], "is no web address"),
    where: "the public address of this installation, such as https://inventory.example.com",
  },
  HOST: { schema: text, where: "the network address to listen on; leave it out for the usual one" },
  PORT: { schema: matching(/^\d{1,5}$/, "is no port number"), where: "the port to listen on; the host sets it, or leave it out for 3000" },
  TRUSTED_PROXIES: { schema: matching(/^\d$/, "is no number from 0 to 9"), where: "how many proxies stand in front of this process" },
  DATABASE_URL_INTAKE: { schema: postgres, where: "the database as role inventorysync_intake, from your PostgreSQL provider" },
  DATABASE_URL_WEB: { schema: postgres, where: "the database as role inventorysync_web, from your PostgreSQL provider" },
  DATABASE_URL_WORKER: { schema: postgres, where: "the database as role inventorysync_worker, from your PostgreSQL provider" },
  DATABASE_URL_ERASURE: { schema: postgres, where: "the database as role inventorysync_erasure, from your PostgreSQL provider" },
  DATABASE_URL_OWNER: { schema: postgres, where: "the database as role inventorysync_owner; only `npm run migrate` uses it" },
  QUEUE_DATABASE_URL: {
    schema: postgres,
    where: "the direct address of the database (no transaction pooler): for live pages, and for the queue where there is no Redis",
  },
  REDIS_URL: {
    schema: address(["redis:", "rediss:"], "is no address of the form rediss://host:6379"),
    where: "from your Redis provider; its policy must be noeviction",
  },
  ENCRYPTION_KEYS: {
    schema: matching(
      /^[\w-]{1,32}:[A-Za-z0-9+/]{43}=(,[\w-]{1,32}:[A-Za-z0-9+/]{43}=)*$/,
      "is not of the form id:key or id:key,id2:key2 with keys of 32 bytes in base64",
    ),
    where: "make a key with `openssl rand -base64 32` and write it as 2026a:KEY; the first one seals, older ones still open",
  },
  METRICS_TOKEN: {
    schema: matching(/^\S{16,}$/, "has fewer than 16 characters"),
    where: "any long random word, given to your Prometheus as Bearer token",
  },
  LOG_LEVEL: {
    schema: z.enum(["debug", "info", "warn", "error", "silent"], { error: "is none of debug, info, warn, error, silent" }),
    where: "how much is logged",
  },
  LOOPBACK_SERVICES: {
    schema: z.literal("allow", { error: "can only be allow" }),
    where: "set it to allow when database or Redis are reached through a sidecar on this machine",
  },
  CRASH_AT: {
    schema: matching(/^[\w-]+:[1-9]\d*$/, "is not of the form name:n"),
    where: "development only: at which crash point the process dies",
  },
  SHOPIFY_API_KEY: { schema: text, where: "Client ID in the Shopify Dev Dashboard, your app, Settings" },
  SHOPIFY_API_SECRET: { schema: text, where: "Client secret in the Shopify Dev Dashboard, your app, Settings" },
  SHOPIFY_API_SECRET_PREVIOUS: { schema: text, where: "the client secret before the last rotation, while Shopify still signs with it" },
  SHOPIFY_APP_STORE_URL: {
    schema: address(["https:", "http:"], "is no web address"),
    where: "the app's page in the Shopify App Store, to which the portal sends sellers who want to connect a Shopify shop",
  },
  EBAY_CLIENT_ID: { schema: text, where: "App ID (Client ID) on developer.ebay.com, Application Keys" },
  EBAY_CLIENT_SECRET: { schema: text, where: "Cert ID (Client Secret) on developer.ebay.com, Application Keys" },
  EBAY_DEV_ID: { schema: text, where: "Dev ID on developer.ebay.com, Application Keys" },
  EBAY_RU_NAME: { schema: text, where: "RuName on developer.ebay.com, User Tokens, Get a Token from eBay via Your Application" },
  EBAY_VERIFICATION_TOKEN: {
    schema: matching(/^[\w-]{32,80}$/, "must have 32 to 80 letters, digits, _ or -"),
    where: "a word of 32 to 80 characters of your choice, entered on developer.ebay.com, Alerts & Notifications, as well",
  },
  ETSY_KEYSTRING: { schema: text, where: "Keystring on etsy.com/developers, Your apps" },
  ETSY_SHARED_SECRET: { schema: text, where: "Shared secret on etsy.com/developers, Your apps" },
  ETSY_ACCESS: {
    schema: z.enum(["personal", "commercial"], { error: "is neither personal nor commercial" }),
    where: "commercial once Etsy has granted your app commercial access; a personal key serves five shops",
  },
  ETSY_WEBHOOK_SECRET: { schema: text, where: "Signing secret in the Etsy webhook portal; commercial apps only, others poll" },
  RESEND_API_KEY: { schema: text, where: "API key with sending access on resend.com, API Keys" },
  MAIL_FROM: {
    schema: matching(/^([^<>@]+<)?[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>?$/, "is no address of the form InventorySync <alerts@example.com>"),
    where: "the sender of our mails, at a domain that is verified on resend.com, Domains",
  },
} satisfies Record<string, Variable>;

export type VariableName = keyof typeof VARIABLES;
