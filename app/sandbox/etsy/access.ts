/** Who is asking: the app by `x-api-key: KEYSTRING:SECRET`, the seller by a bearer token with the scope the operation wants. */
import type { SimRequest } from "../simulator.ts";
import { EtsyRefusal } from "./answers.ts";
import type { Grant } from "./grants.ts";
import type { Shop } from "./shop-state.ts";
import { type EtsyWorld, nowMs } from "./world.ts";

export function checkKey(world: EtsyWorld, request: SimRequest): void {
  const given = request.headers["x-api-key"];
  if (!given) throw new EtsyRefusal(401, "Missing x-api-key header.");
  const { keystring, sharedSecret } = world.app;
  // The bare keystring was enough until January 2026 and is refused since.
  if (given === keystring) throw new EtsyRefusal(403, "Shared secret is required in x-api-key header.");
  if (given !== `${keystring}:${sharedSecret}`)
    throw new EtsyRefusal(403, "API key not found or not active, or incorrect shared secret for API key.");
}

export function bearerOf(request: SimRequest): string | null {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? null;
}

/** Refuses with 401 for a token that is missing, unknown or past its hour, 403 for one without the scope. */
export function requireGrant(world: EtsyWorld, request: SimRequest, scope: string): Grant {
  const token = bearerOf(request);
  if (!token) throw new EtsyRefusal(401, "This request requires an OAuth access token.");
  const grant = world.grants.findAccess(token);
  if (!grant) throw new EtsyRefusal(401, "invalid_token: access token is not recognised");
  if (grant.accessEndsMs <= nowMs(world)) throw new EtsyRefusal(401, "invalid_token: access token is expired");
  if (!grant.scopes.includes(scope)) throw new EtsyRefusal(403, `insufficient_scope: the token lacks the scope ${scope}`);
  return grant;
}

/** The shop behind the token; a shop id in the path must be the same one. */
export function requireShop(world: EtsyWorld, request: SimRequest, scope: string, shopId: string | null): Shop {
  const grant = requireGrant(world, request, scope);
  const shop = world.shops.get(grant.account);
  if (!shop) throw new EtsyRefusal(404, "Resource not found");
  if (shopId !== null && Number(shopId) !== shop.shopId) {
    const known = [...world.shops.values()].some((other) => other.shopId === Number(shopId));
    throw known ? new EtsyRefusal(403, "The user does not own this shop.") : new EtsyRefusal(404, "Shop not found");
  }
  return shop;
}
