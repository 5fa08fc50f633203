/** The seller's preference that decides whether a zero hides an old-style listing or ends it. */
import type { ChannelContext } from "../port.ts";
import { callTrading, requireSuccess } from "./trading-client.ts";
import { textOf } from "./xml.ts";

export const CONTROL_OFF_TEXT =
  "Out-of-stock control is switched off at eBay. Without it a listing set to zero ends or loses its variation, so InventorySync does not set it to zero. Switch on “Out-of-stock” in eBay's selling preferences.";

/** Asked anew wherever it matters: the seller may switch it any day. An answer without the preference means off. */
export async function askControl(context: ChannelContext): Promise<boolean> {
  const answer = await callTrading(context, "GetUserPreferences", { ShowOutOfStockControlPreference: true });
  return textOf(requireSuccess(answer, "GetUserPreferences"), "OutOfStockControlPreference") === "true";
}
