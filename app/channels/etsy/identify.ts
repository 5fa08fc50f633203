import { ChannelError } from "../errors.ts";
import type { AccountIdentity, ChannelContext } from "../port.ts";
import { selfSchema, shopSchema } from "./answers.ts";
import { read } from "./client.ts";

/** Facts: `currency` (guards writes against converted prices), `userId`, `isVacation`. */
export async function identify(context: ChannelContext): Promise<AccountIdentity> {
  const { value: self } = await read(context, { operation: "getMe", method: "GET", path: "/users/me" }, selfSchema);
  if (!self.shop_id) throw new ChannelError("forbidden", "this Etsy user has no shop", { code: "no-shop" });
  const { value: shop } = await read(context, { operation: "getShop", method: "GET", path: `/shops/${self.shop_id}` }, shopSchema);
  return {
    externalId: String(shop.shop_id),
    name: shop.shop_name,
    address: null,
    currency: shop.currency_code,
    facts: { currency: shop.currency_code, userId: self.user_id, isVacation: shop.is_vacation ?? false },
  };
}
