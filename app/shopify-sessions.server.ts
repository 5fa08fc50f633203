/**
 * What Shopify's library asks of a session storage, answered without a second copy of any token. The tokens of a shop live in one
 * place, connection_secret, and one place renews them, the worker under its lease. This storage only tells the library whether we hold
 * working tokens (then it leaves them alone) and takes what an exchange brings (then it is sealed and waits for the worker).
 */
import { Session } from "@shopify/shopify-api";
import type { SessionStorage } from "@shopify/shopify-app-session-storage";
import { grantOfShop } from "#app/data/shopify-grants.server.ts";
import type { House } from "#app/flows/house.server.ts";
import { keepShopifyGrant } from "#app/flows/keep-shopify-grant.server.ts";
import { findShop } from "./shopify-people.server.ts";

/** Stands where the library expects a token; it opens nothing, and no call is made with it. */
const HELD = "held-by-the-connection";
const OFFLINE = "offline_";

export function createShopifySessions(house: Pick<House, "db" | "keyring" | "newId" | "doorbell">): SessionStorage {
  return {
    async storeSession(session) {
      // Nothing here asks for online sessions; one that came would name a person.
      if (session.isOnline || !session.accessToken || session.accessToken === HELD) return true;
      const { shop, accessToken, refreshToken, refreshTokenExpires, scope, expires } = session;
      const known = await findShop(house.db, shop, "");
      await keepShopifyGrant(
        house,
        {
          ...{ shop, accessToken, refreshToken: refreshToken ?? null, scope: scope ?? null },
          expiresAt: expires ?? null,
          refreshExpiresAt: refreshTokenExpires ?? null,
        },
        known !== null && known.lifecycle !== "disconnected",
      );
      return true;
    },
    async loadSession(id) {
      if (!id.startsWith(OFFLINE)) return undefined;
      const shop = id.slice(OFFLINE.length);
      if (!(await holdsTokens(house, shop))) return undefined;
      return new Session({ id, shop, state: "", isOnline: false, accessToken: HELD });
    },
    // The library forgets a session when Shopify refuses its token; ours are judged where they are used.
    deleteSession: async () => true,
    deleteSessions: async () => true,
    findSessionsByShop: async () => [],
  };
}

async function holdsTokens(house: Pick<House, "db">, shop: string): Promise<boolean> {
  const known = await findShop(house.db, shop, "");
  if (known !== null && known.lifecycle !== "disconnected" && known.usable) return true;
  const grant = await grantOfShop(house.db.plain, shop);
  return grant !== null && grant.state !== "failed";
}
