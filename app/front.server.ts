/**
 * Who is asking, the same question for both fronts. A screen's loader and action know only this file: which seller, in which
 * role, and how to send them elsewhere without naming a front.
 */
import type { AppLoadContext } from "@remix-run/node";
import type { House } from "#app/flows/house.server.ts";

export type Role = "owner" | "manager" | "viewer";

export type Front = {
  base: "/app" | "/portal";
  seller: { id: string; name: string };
  /** Key of the person in append-only rows; the name stands in the actor's own row. */
  actorKey: string;
  actorLabel: string;
  role: Role;
  /** Stays the same while this person is signed in here, and differs in every other browser; never shown, stored as a hash only. */
  sessionKey: string;
  /** How this front's account can be joined with one of the other front. */
  join: { side: "makes" } | { side: "enters"; shop: string };
  /** Where a platform may send the browser back to, as an absolute path: outside of a frame that only opens inside another site. */
  landingFor: (path: string) => string;
  /**
   * Where a browser that left for a platform finds this page of the front again: a path of ours, or the address of the app inside
   * the site that frames it.
   */
  comeBackTo: (path: string) => string;
  /** Takes a path below the front ("/channels"), keeps what the embedded frame needs in the address. */
  redirect: (path: string) => Response;
  linkTo: (path: string) => string;
};

/** One authenticator. `enter` resolves for a known seller and throws a Response (redirect, 401, 403, 503) for everybody else. */
export type FrontDoor = {
  enter: (request: Request) => Promise<Front>;
  /** Whether a foreign page could make the browser act (cookies): then the Origin header must be ours. */
  actsByCookie: boolean;
};

/** What the embedded layout needs to talk to Shopify admin. `appBridgeUrl` undefined = Shopify's own address. */
export type EmbeddedDoor = FrontDoor & {
  /** Who opened the app, before it is known whether the shop is anybody's. Throws like `enter` for everybody whom Shopify does not vouch for. */
  visit: (request: Request) => Promise<ShopVisit>;
  apiKey: string;
  appBridgeUrl: string | undefined;
  /** `/auth/...` paths that Shopify's library serves itself. */
  authPath: (request: Request) => Promise<Response>;
  /** `/auth/login`: asks for the shop's address. */
  login: (request: Request) => Promise<Response | { problem: boolean }>;
  documentHeaders: (request: Request, headers: Headers) => void;
};

/** A person of a shop, proved by a session token. */
export type ShopVisit = {
  shop: string;
  /** Shopify's number of the person. */
  shopUser: string;
  /** new: nobody agreed yet · back: it was here before and left · coming: the worker is at it · here: it is connected. */
  state: "new" | "back" | "coming" | "here";
  /** What stopped the last try. */
  problem: string | null;
  connectionId: string | null;
  redirect: (path: string) => Response;
};

export type PortalDoor = FrontDoor & { signInPath: string; signOutPath: string };

/** Tells open pages of a seller to look again; answers how to stop listening. */
export type LiveFeed = { subscribe: (sellerId: string, listener: (what: string) => void) => () => void };

/** What the web server hands to every loader and action (getLoadContext). One object per HTTP request. */
export type WebContext = {
  house: House;
  nonce: string;
  live?: LiveFeed;
  fronts?: { app: EmbeddedDoor | null; portal: PortalDoor | null };
};

export function webContext(context: AppLoadContext): WebContext {
  const web = context as unknown as Partial<WebContext>;
  if (!web.house) throw new Error("the web server passed no house to the loader");
  return web as WebContext;
}

/** All loaders of a page run at once; without this memory each would exchange Shopify's token for itself. */
const entered = new WeakMap<object, Promise<Front>>();

/** Every loader and action begins here. */
export function requireSeller(request: Request, context: AppLoadContext): Promise<Front> {
  let front = entered.get(context);
  if (!front) {
    front = doorFor(request, webContext(context)).enter(request);
    // The first caller to await it reports the refusal; the memory alone must not count as unhandled.
    front.catch(() => {});
    entered.set(context, front);
  }
  return front;
}

/** Every action begins here: a viewer changes nothing, and a cookie alone is no proof that our own page asked. */
export async function requireMayChange(request: Request, context: AppLoadContext): Promise<Front> {
  const web = webContext(context);
  const front = await requireSeller(request, context);
  if (doorFor(request, web).actsByCookie && !fromOurPage(request, web.house.appUrl)) throw refusal(403, "foreign-page");
  if (front.role === "viewer") throw refusal(403, "viewer");
  await web.house.db.write(front.seller.id, (sql) =>
    sql.query(
      `insert into actor (key, seller_id, kind, user_id, label) values ($1, $2, 'person', $3, $4) on conflict (seller_id, key) do nothing`,
      [front.actorKey, front.seller.id, userIdOf(front.actorKey), front.actorLabel],
    ),
  );
  return front;
}

export type RefusalKind = "viewer" | "foreign-page" | "no-portal" | "no-embedded" | "no-seller" | "not-found" | "signed-out";

/** A refusal that the error page turns into words; `kind` is its only content. */
export function refusal(status: number, kind: RefusalKind): Response {
  return Response.json({ refusal: kind }, { status, headers: { "Cache-Control": "no-store" } });
}

export const PERSON = "person:";

function userIdOf(actorKey: string): string | null {
  return actorKey.startsWith(PERSON) ? actorKey.slice(PERSON.length) : null;
}

function doorFor(request: Request, web: WebContext): FrontDoor {
  const [, first] = new URL(request.url).pathname.split("/");
  const door = first === "app" ? web.fronts?.app : web.fronts?.portal;
  if (!door) throw refusal(503, first === "app" ? "no-embedded" : "no-portal");
  return door;
}

/** Browsers send Origin with every POST; a page of ours has the address it was itself loaded from. */
function fromOurPage(request: Request, appUrl: string): boolean {
  const origin = request.headers.get("origin");
  if (!origin || !URL.canParse(origin)) return false;
  return new URL(origin).origin === new URL(appUrl).origin || new URL(origin).host === new URL(request.url).host;
}
