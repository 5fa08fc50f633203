import { randomBytes } from "node:crypto";
import { type AddressKind, addressKind, literalAddress } from "./address-guard.ts";
import { VARIABLES, type VariableName } from "./env-variables.ts";
import type { LogLevel } from "./log.server.ts";
import type { SealingKey } from "./sealing.server.ts";

/** Chosen by the entry that runs, in code: no variable can turn production into a demo. */
export type Mode = "production" | "demo" | "test";
/** Which process reads: it must hold, and should be given, only the database roles that it uses. */
export type ProcessRole = "web" | "worker";
export type DatabaseRole = "intake" | "web" | "worker" | "erasure" | "owner";

export type Config = {
  mode: Mode;
  /** Without a final slash. */
  appUrl: string;
  host: string;
  port: number;
  trustedProxies: number;
  database: Record<DatabaseRole, string | null>;
  /** Redis where it is given, otherwise the direct database. */
  queue: { redisUrl: string | null; databaseUrl: string | null };
  /** For LISTEN and NOTIFY, which no transaction pooler passes on; null = use the role's own address. */
  directDatabaseUrl: string | null;
  encryptionKeys: SealingKey[];
  /** null = /metrics answers 404. */
  metricsToken: string | null;
  logLevel: LogLevel;
  /** Whether outgoing calls may go to this machine. Never in production. */
  allowLoopback: boolean;
  /** Development: the named crash point at which this process kills itself, as "name:n" for the n-th time. */
  crashAt: string | null;
  /** Keys of our own app per platform; null = that channel is off. WooCommerce needs none. */
  appKeys: {
    shopify: { apiKey: string; apiSecret: string; previousApiSecret: string | null; appStoreUrl?: string | null } | null;
    ebay: { clientId: string; clientSecret: string; devId: string; ruName: string; verificationToken: string } | null;
    etsy: { keystring: string; sharedSecret: string; webhookSecret: string | null; access: "personal" | "commercial" } | null;
    woocommerce: Record<string, never>;
  };
  /** Resend's key and our sender's address; null = no mail leaves (never in production's worker). */
  mail: { apiKey: string; from: string } | null;
  /** What is off and why, one sentence each, for the boot log. */
  off: string[];
};

/** Everything that is wrong with the environment, all at once; never holds a value. */
export class ConfigProblems extends Error {
  override readonly name = "ConfigProblems";
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

const ROLE_VARIABLES = {
  intake: "DATABASE_URL_INTAKE",
  web: "DATABASE_URL_WEB",
  worker: "DATABASE_URL_WORKER",
  erasure: "DATABASE_URL_ERASURE",
  owner: "DATABASE_URL_OWNER",
} as const satisfies Record<DatabaseRole, VariableName>;
const NEEDED_ROLES: Record<ProcessRole, DatabaseRole[]> = { web: ["intake", "web"], worker: ["worker", "erasure"] };
const GROUPS = {
  shopify: ["SHOPIFY_API_KEY", "SHOPIFY_API_SECRET"],
  ebay: ["EBAY_CLIENT_ID", "EBAY_CLIENT_SECRET", "EBAY_DEV_ID", "EBAY_RU_NAME", "EBAY_VERIFICATION_TOKEN"],
  etsy: ["ETSY_KEYSTRING", "ETSY_SHARED_SECRET"],
  mail: ["RESEND_API_KEY", "MAIL_FROM"],
} as const satisfies Record<string, VariableName[]>;

/** Reads and checks the environment; the only place that does. Throws ConfigProblems naming all that is missing or wrong. */
export function readConfig(env: Record<string, string | undefined>, mode: Mode, role?: ProcessRole): Config {
  const problems: string[] = [];
  const production = mode === "production";

  const given = (name: VariableName): string | null => env[name]?.trim() || null;
  const read = (name: VariableName, needed = false): string | null => {
    const value = given(name);
    if (value === null) {
      if (needed) problems.push(`${name} is missing: ${VARIABLES[name].where}.`);
      return null;
    }
    const checked = VARIABLES[name].schema.safeParse(value);
    if (checked.success) return checked.data;
    problems.push(`${name} ${checked.error.issues[0]?.message}: ${VARIABLES[name].where}.`);
    return null;
  };
  /** All of a group, or none of it: half a group is a mistake, none is a channel that is off. */
  const readGroup = (names: readonly VariableName[]): string[] | null => {
    if (names.every((name) => given(name) === null)) return null;
    const values = names.map((name) => read(name, true));
    return values.every((value) => value !== null) ? values : null;
  };
  const refuseLoopback = (name: VariableName, value: string | null) => {
    if (production && value && hostKind(value) === "loopback" && given("LOOPBACK_SERVICES") !== "allow") {
      problems.push(
        `${name} leads to this machine itself, which is the demo's way. ${VARIABLES.LOOPBACK_SERVICES.where}: LOOPBACK_SERVICES=allow.`,
      );
    }
  };

  const port = read("PORT") ?? "3000";
  if (Number(port) > 65_535) problems.push(`PORT is no port number: ${VARIABLES.PORT.where}.`);
  const publicUrl = read("APP_URL", production);
  if (production && publicUrl) checkPublicUrl(publicUrl, problems);

  const needed = new Set(mode === "test" ? [] : role ? NEEDED_ROLES[role] : [...NEEDED_ROLES.web, ...NEEDED_ROLES.worker]);
  const roles = Object.keys(ROLE_VARIABLES) as DatabaseRole[];
  const database = Object.fromEntries(roles.map((name) => [name, read(ROLE_VARIABLES[name], needed.has(name))])) as Config["database"];
  for (const name of roles) refuseLoopback(ROLE_VARIABLES[name], database[name]);
  refuseSharedLogins(database, problems);

  const redisUrl = read("REDIS_URL", production);
  const queueUrl = read("QUEUE_DATABASE_URL", mode === "demo" && redisUrl === null);
  refuseLoopback("REDIS_URL", redisUrl);
  refuseLoopback("QUEUE_DATABASE_URL", queueUrl);
  read("LOOPBACK_SERVICES");

  const keys = read("ENCRYPTION_KEYS", mode !== "test");
  const encryptionKeys = keys === null ? [{ id: "test", key: randomBytes(32) }] : keysFrom(keys, problems);

  const shopify = readGroup(GROUPS.shopify);
  const ebay = readGroup(GROUPS.ebay);
  const etsy = readGroup(GROUPS.etsy);
  const previousApiSecret = read("SHOPIFY_API_SECRET_PREVIOUS");
  const appStoreUrl = read("SHOPIFY_APP_STORE_URL");
  const webhookSecret = read("ETSY_WEBHOOK_SECRET");
  // The smaller of the two is the safe guess: a sixth shop on a personal key would break Etsy's terms.
  const access = read("ETSY_ACCESS") === "commercial" ? "commercial" : "personal";
  const crashAt = read("CRASH_AT");
  if (production && crashAt) problems.push("CRASH_AT kills this process on purpose and is for development only: take it out.");
  // The web process sends none; the worker must be able to tell a seller what waits for his yes.
  const mail = production && role !== "web" ? GROUPS.mail.map((name) => read(name, true)) : readGroup(GROUPS.mail);
  const metricsToken = read("METRICS_TOKEN");
  const config: Config = {
    mode,
    appUrl: (publicUrl ?? `http://127.0.0.1:${port}`).replace(/\/+$/, ""),
    host: read("HOST") ?? (production ? "0.0.0.0" : "127.0.0.1"),
    port: Number(port),
    trustedProxies: Number(read("TRUSTED_PROXIES") ?? (production ? 1 : 0)),
    database,
    queue: { redisUrl, databaseUrl: queueUrl },
    directDatabaseUrl: queueUrl,
    encryptionKeys,
    metricsToken,
    logLevel: (read("LOG_LEVEL") ?? "info") as LogLevel,
    allowLoopback: !production,
    crashAt,
    appKeys: {
      shopify: shopify && { apiKey: shopify[0]!, apiSecret: shopify[1]!, previousApiSecret, appStoreUrl },
      ebay: ebay && { clientId: ebay[0]!, clientSecret: ebay[1]!, devId: ebay[2]!, ruName: ebay[3]!, verificationToken: ebay[4]! },
      etsy: etsy && { keystring: etsy[0]!, sharedSecret: etsy[1]!, webhookSecret, access },
      woocommerce: {},
    },
    mail: mail?.[0] && mail[1] ? { apiKey: mail[0], from: mail[1] } : null,
    off: [],
  };
  if (problems.length > 0) throw new ConfigProblems(problems);
  return { ...config, off: whatIsOff(config) };
}

/** The address of a role that this process was configured for. Throws where it was started without. */
export function databaseUrl(config: Config, role: DatabaseRole): string {
  const url = config.database[role];
  if (!url) throw new ConfigProblems([`${ROLE_VARIABLES[role]} is missing: ${VARIABLES[ROLE_VARIABLES[role]].where}.`]);
  return url;
}

function checkPublicUrl(appUrl: string, problems: string[]): void {
  const url = new URL(appUrl);
  if (url.protocol !== "https:") problems.push("APP_URL must begin with https: platforms and browsers hand secrets to it.");
  if (url.pathname !== "/" || url.search || url.hash || url.username)
    problems.push("APP_URL must be the bare address, without path, query or login.");
  if (hostKind(appUrl) !== "public")
    problems.push("APP_URL must be reachable from the internet, not an address of this machine or network.");
}

/** Two roles with one login would be one role: row-level security hangs on the difference. */
function refuseSharedLogins(database: Config["database"], problems: string[]): void {
  const byLogin = new Map<string, string>();
  for (const [role, value] of Object.entries(database)) {
    if (!value) continue;
    const { username } = new URL(value);
    const other = byLogin.get(username);
    if (other)
      problems.push(
        `DATABASE_URL_${role.toUpperCase()} has the same login as DATABASE_URL_${other.toUpperCase()}: each role needs its own.`,
      );
    byLogin.set(username, role);
  }
}

function keysFrom(text: string, problems: string[]): SealingKey[] {
  const keys = text.split(",").map((pair) => {
    const at = pair.indexOf(":");
    return { id: pair.slice(0, at), key: Buffer.from(pair.slice(at + 1), "base64") };
  });
  if (new Set(keys.map(({ id }) => id)).size < keys.length) problems.push("ENCRYPTION_KEYS gives one id to two keys.");
  if (keys.some(({ key }) => new Set(key).size < 8)) problems.push("ENCRYPTION_KEYS holds a key that is not random.");
  return keys;
}

function hostKind(address: string): AddressKind {
  const { hostname } = new URL(address);
  if (hostname === "localhost" || hostname.endsWith(".localhost")) return "loopback";
  const literal = literalAddress(hostname);
  return literal ? addressKind(literal) : "public";
}

function whatIsOff({ appKeys, metricsToken }: Config): string[] {
  const off: string[] = [];
  const names = (group: keyof typeof GROUPS) => GROUPS[group].join(", ");
  if (!appKeys.shopify) off.push(`Shopify is off: it needs ${names("shopify")}.`);
  if (!appKeys.ebay) off.push(`eBay is off: it needs ${names("ebay")}.`);
  if (!appKeys.etsy) off.push(`Etsy is off: it needs ${names("etsy")}.`);
  else if (!appKeys.etsy.webhookSecret) off.push("Etsy's webhooks are off (orders are polled): they need ETSY_WEBHOOK_SECRET.");
  if (!metricsToken) off.push("Metrics are off: they need METRICS_TOKEN.");
  return off;
}
