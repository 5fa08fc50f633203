/**
 * A stage for screens: the scene's rows, a house under the web role (row-level security on), and both fronts with logins that
 * believe a header. Loaders and actions are called with real requests.
 */
import type { AppLoadContext } from "@remix-run/node";
import { channelRegistry } from "#app/channels/registry.server.ts";
import { type Database, openDatabase } from "#app/data/database.server.ts";
import { type House, PACE } from "#app/flows/house.server.ts";
import type { EmbeddedDoor, WebContext } from "#app/front.server.ts";
import { createManualClock, type ManualClock } from "#app/platform/clock.ts";
import { createIds } from "#app/platform/ids.ts";
import { silentLogger } from "#app/platform/log.server.ts";
import { createKeyring } from "#app/platform/sealing.server.ts";
import { createPortalFront, type PortalLogin } from "#app/portal.server.ts";
import { type Scene, writeScene } from "./scene.ts";
import { testDatabase } from "./test-database.ts";

export type Stage = {
  scene: Scene;
  clock: ManualClock;
  house: House;
  worker: Database;
  /** What was rung for: connection ids, and chores as chore:id. */
  rung: string[];
  announced: string[];
  context: (more?: Partial<WebContext>) => AppLoadContext;
  close: () => Promise<void>;
};

export const APP_URL = "http://127.0.0.1:3000";
const PERSON_HEADER = "x-test-person";
const SESSION_HEADER = "x-test-session";

export async function openStage(options: { more?: number } = {}): Promise<Stage> {
  const clock = createManualClock();
  const worker = openDatabase({ url: testDatabase().worker, role: "worker" });
  const web = openDatabase({ url: testDatabase().web, role: "web" });
  const scene = await writeScene(worker, { now: clock.now(), more: options.more });
  const rung: string[] = [];
  const announced: string[] = [];
  const house: House = {
    db: web,
    intake: null,
    mail: null,
    erasure: null,
    log: silentLogger,
    now: clock.now,
    newId: createIds(),
    doorbell: {
      ring: () => Promise.resolve(),
      ringLater: () => Promise.resolve(),
      ringSoon: (bell) => {
        rung.push(bell.job === "chores" ? `${bell.chore}:${bell.id}` : bell.connectionId);
      },
      settled: () => Promise.resolve(),
    },
    channels: channelRegistry,
    appKeys: { shopify: null, ebay: null, etsy: null, woocommerce: null },
    http: () => Promise.reject(new Error("no call leaves this stage")),
    keyring: createKeyring([{ id: "test", key: new Uint8Array(32) }]),
    appUrl: APP_URL,
    platformPage: (url) => url,
    connectionSettings: {},
    pace: PACE,
    limits: null,
    pause: () => Promise.resolve(),
    announce: (sellerId, what) => announced.push(`${sellerId}:${what}`),
    publicKey: () => Promise.resolve(null),
    crashPoint: () => {},
  };
  const login: PortalLogin = {
    signInPath: "/demo/sign-in",
    signOutPath: "/demo/sign-out",
    whoIs: async (request) => {
      const externalUserId = request.headers.get(PERSON_HEADER);
      return externalUserId ? { externalUserId, sessionId: request.headers.get(SESSION_HEADER) ?? "" } : null;
    },
  };
  const portal = createPortalFront({ login, db: web });
  return {
    ...{ scene, clock, house, worker, rung, announced },
    context: (more = {}) =>
      ({ house, nonce: "n", fronts: { app: null as EmbeddedDoor | null, portal }, ...more }) as unknown as AppLoadContext,
    close: async () => {
      await web.close();
      await worker.close();
    },
  };
}

/** A request of somebody at the portal. With `form` or `json` it is a POST from our own page. */
export function asked(
  path: string,
  options: { person?: string | null; session?: string; form?: Record<string, string>; json?: unknown; origin?: string | null } = {},
): Request {
  const { person = "demo-anna", session = "first", form, json, origin = APP_URL } = options;
  const headers = new Headers(person ? { [PERSON_HEADER]: person, [SESSION_HEADER]: session } : {});
  const sends = form !== undefined || json !== undefined;
  if (sends && origin !== null) headers.set("origin", origin);
  if (json !== undefined) headers.set("content-type", "application/json");
  const body = json !== undefined ? JSON.stringify(json) : form && new URLSearchParams(form);
  return new Request(`${APP_URL}${path}`, { method: sends ? "POST" : "GET", headers, body });
}

/** The Response that a loader or action threw; anything else it did is a failure of the test. */
export async function refused(
  run: () => Promise<unknown> | unknown,
): Promise<{ status: number; refusal: string | null; location: string | null }> {
  try {
    await run();
  } catch (thrown) {
    if (!(thrown instanceof Response)) throw thrown;
    const body: unknown = await thrown.json().catch(() => null);
    const refusal = typeof body === "object" && body !== null && "refusal" in body ? String(body.refusal) : null;
    return { status: thrown.status, refusal, location: thrown.headers.get("location") };
  }
  throw new Error("nothing was refused");
}
