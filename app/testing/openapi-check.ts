/**
 * Holds every REST request of a connector against the platform's own OpenAPI document (eBay, Etsy, WooCommerce). Shopify's
 * GraphQL is validated by its simulator. Unknown body fields are refused too: the documents alone would let a misspelt field pass.
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type Document, OpenAPIBackend } from "openapi-backend";

export type CheckedRequest = { method: string; url: string; headers: Record<string, string>; body?: string };

type Json = { [key: string]: unknown };
type Source = { file: string; applies: (url: URL) => string | null };

/** `applies` answers the path as the document names it, or null where the document says nothing about this address. */
const SOURCES: Source[] = [
  ebay("api.ebay.com", "/sell/inventory/v1", "sell_inventory_v1"),
  ebay("api.ebay.com", "/sell/fulfillment/v1", "sell_fulfillment_v1"),
  ebay("api.ebay.com", "/sell/account/v1", "sell_account_v1"),
  ebay("api.ebay.com", "/commerce/notification/v1", "commerce_notification_v1"),
  ebay("apiz.ebay.com", "/commerce/identity/v1", "commerce_identity_v1"),
  ebay("api.ebay.com", "/developer/analytics/v1_beta", "developer_analytics_v1_beta"),
  {
    file: "etsy/etsy-open-api-v3.oas3.json.gz",
    applies: (url) =>
      /^(openapi|api)\.etsy\.com$/.test(url.hostname) && url.pathname.startsWith("/v3/application/") ? url.pathname : null,
  },
  { file: "woocommerce/woocommerce-rest-v3-subset.oas3.json", applies: (url) => woocommercePath(url) },
];

function ebay(host: string, base: string, name: string): Source {
  return {
    file: `ebay/${name}_oas3.json.gz`,
    applies: (url) => (url.hostname === host && url.pathname.startsWith(`${base}/`) ? url.pathname.slice(base.length) : null),
  };
}

/** The subset document knows neither the index nor the system status; plain-permalink shops carry the route in the query. */
function woocommercePath(url: URL): string | null {
  const path = /^\/wc\/v3(\/.+)$/.exec(routeOf(url) ?? "")?.[1];
  return path === undefined || path === "/system_status" ? null : path;
}

function routeOf(url: URL): string | null {
  return /\/wp-json(\/.+)$/.exec(url.pathname)?.[1] ?? url.searchParams.get("rest_route");
}

const opened = new Map<string, Promise<OpenAPIBackend>>();

/**
 * What is wrong with the request, in words; empty: nothing. An address of which neither a document nor `WITHOUT_DOCUMENT` speaks is
 * wrong: no request of a connector may pass unseen.
 */
export async function checkRequest(request: CheckedRequest): Promise<string[]> {
  const url = new URL(request.url);
  for (const source of SOURCES) {
    const path = source.applies(url);
    if (path === null) continue;
    let api = opened.get(source.file);
    if (!api) {
      api = openDocument(source.file);
      opened.set(source.file, api);
    }
    return [...missingCredentials(request, url), ...validate(await api, path, request, url)].map(
      (text) => `${request.method} ${path}: ${text}`,
    );
  }
  const known = WITHOUT_DOCUMENT.find((one) => one.applies(url));
  const wrong = known ? known.wrong(request, url) : ["no document speaks of this address, nor is it known to have none"];
  return wrong.map((text) => `${request.method} ${url.host}${url.pathname}: ${text}`);
}

type Undescribed = { applies: (url: URL) => boolean; wrong: (request: CheckedRequest, url: URL) => string[] };

/** What the platforms describe in prose only (contracts/): the least that each of these calls must carry. */
const WITHOUT_DOCUMENT: Undescribed[] = [
  {
    applies: ({ hostname, pathname }) => hostname.endsWith(".myshopify.com") && pathname === "/admin/api/2026-10/graphql.json",
    wrong: (request) => [...needs(request, "POST", ["x-shopify-access-token"], "application/json"), ...noQueryIn(request)],
  },
  {
    applies: ({ hostname, pathname }) => hostname.endsWith(".myshopify.com") && pathname === "/admin/oauth/access_token",
    wrong: (request) => needs(request, "POST", [], "application/json"),
  },
  {
    applies: ({ hostname, pathname }) => hostname === "api.ebay.com" && pathname === "/ws/api.dll",
    wrong: (request) => needs(request, "POST", TRADING_HEADERS, "text/xml"),
  },
  {
    applies: ({ hostname, pathname }) => hostname === "api.ebay.com" && pathname === "/identity/v1/oauth2/token",
    wrong: (request) => [
      ...needs(request, "POST", [], "application/x-www-form-urlencoded"),
      ...(/^Basic /.test(request.headers.authorization ?? "") ? [] : ["no keys of the application"]),
    ],
  },
  {
    applies: ({ hostname, pathname }) => /^(open)?api\.etsy\.com$/.test(hostname) && pathname === "/v3/public/oauth/token",
    wrong: (request) => needs(request, "POST", []),
  },
  {
    applies: (url) => /\/wp-json\/?$/.test(url.pathname) || url.searchParams.get("rest_route") === "/",
    wrong: (request) => needs(request, "GET", []),
  },
  {
    applies: (url) => routeOf(url) === "/wc/v3/system_status",
    wrong: (request, url) => [...needs(request, "GET", []), ...missingCredentials(request, url)],
  },
];

const TRADING_HEADERS = ["call-name", "siteid", "compatibility-level", "iaf-token"].map((name) => `x-ebay-api-${name}`);

function needs({ method, headers }: CheckedRequest, wanted: string, names: string[], type?: string): string[] {
  return [
    ...(method === wanted ? [] : [`${wanted} is the only method here`]),
    ...names.filter((name) => !headers[name]).map((name) => `no header ${name}`),
    ...(type === undefined || headers["content-type"]?.startsWith(type) ? [] : [`the body must be ${type}`]),
  ];
}

function noQueryIn({ body = "" }: CheckedRequest): string[] {
  return /"query"\s*:\s*"/.test(body) ? [] : ["no document in the body"];
}

function validate(api: OpenAPIBackend, path: string, { method, headers, body }: CheckedRequest, url: URL): string[] {
  const query = new URLSearchParams([...url.searchParams].filter(([name]) => routeOf(url) === null || !isTransport(name)));
  const wanted = { method, path, headers, query: query.toString(), ...(body === undefined ? {} : { body }) };
  const operation = api.matchOperation(wanted);
  if (!operation) return ["the platform's document knows no such path and method"];
  const { errors } = api.validateRequest({ ...wanted, query: withLists(query, operation.parameters) }, operation);
  return (errors ?? []).map(
    (error) => `${error.instancePath || "request"} ${error.message ?? "is not valid"} ${JSON.stringify(error.params)}`,
  );
}

/** A repeated parameter that occurs once is a list of one; the validator would take it for plain text. */
function withLists(query: URLSearchParams, parameters: unknown): Record<string, string | string[]> {
  const declared = (Array.isArray(parameters) ? parameters : []) as { name?: string; in?: string; schema?: { type?: string } }[];
  const isList = (name: string) => declared.some((one) => one.in === "query" && one.name === name && one.schema?.type === "array");
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name);
      return [name, values.length > 1 || isList(name) ? values : (values[0] ?? "")];
    }),
  );
}

/** Signatures and cache busting ride in WooCommerce's query but belong to no operation. */
const TRANSPORT = ["consumer_key", "consumer_secret", "rest_route", "_", "_via"];

function isTransport(name: string): boolean {
  return /^oauth_(consumer_key|nonce|signature|signature_method|timestamp|version)$/.test(name) || TRANSPORT.includes(name);
}

/** The documents do not make validators check credentials, so this does. */
function missingCredentials({ headers }: CheckedRequest, url: URL): string[] {
  const authorization = headers.authorization ?? "";
  if (url.hostname.endsWith(".ebay.com")) return authorization.startsWith("Bearer ") ? [] : ["no bearer token"];
  if (url.hostname.endsWith(".etsy.com")) {
    const problems = /^[^:]+:[^:]+$/.test(headers["x-api-key"] ?? "") ? [] : ["x-api-key must be KEYSTRING:SHARED_SECRET"];
    if (!authorization.startsWith("Bearer ") && !url.pathname.endsWith("/openapi-ping")) problems.push("no bearer token");
    return problems;
  }
  const signed = url.searchParams.has("oauth_signature") || url.searchParams.has("consumer_key");
  return signed || /^(Basic|OAuth) /.test(authorization) ? [] : ["no credentials"];
}

async function openDocument(file: string): Promise<OpenAPIBackend> {
  const raw = readFileSync(new URL(`./fixtures/specs/${file}`, import.meta.url));
  const definition = JSON.parse((file.endsWith(".gz") ? gunzipSync(raw) : raw).toString("utf8")) as Json;
  tighten(definition);
  const api = new OpenAPIBackend({ definition: definition as unknown as Document, quick: true, ajvOpts: { strict: false, logger: false } });
  await api.init();
  return api;
}

/** Closes the object schemas of request bodies and mends two faults of the published documents. */
function tighten(definition: Json): void {
  const components = (definition.components ?? {}) as Json;
  for (const schema of Object.values((components.schemas ?? {}) as Json)) closeObjects(schema);
  const paths = definition.paths as Json;
  for (const path of Object.keys(paths)) {
    const item = paths[path] as Json;
    for (const operation of Object.values(item)) closeObjects((operation as Json | null)?.requestBody);
    // eBay prints some paths with a final slash that its service takes as optional and the matcher would not find.
    if (path.endsWith("/") && path.length > 1) {
      paths[path.slice(0, -1)] ??= item;
      delete paths[path];
    }
  }
}

function closeObjects(schema: unknown): void {
  if (typeof schema !== "object" || schema === null) return;
  if (Array.isArray(schema)) {
    for (const part of schema) closeObjects(part);
    return;
  }
  const here = schema as Json;
  const composed = "allOf" in here || "anyOf" in here || "oneOf" in here;
  if (here.type === "object" && "properties" in here && !composed && !("additionalProperties" in here)) here.additionalProperties = false;
  if (here.nullable === true && !("type" in here)) delete here.nullable;
  for (const [name, part] of Object.entries(here)) {
    // Parts of an allOf see each other's fields as unknown: they stay open.
    if (name !== "allOf") closeObjects(part);
  }
}
