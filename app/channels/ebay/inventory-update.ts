/** The write of the Inventory API: bulkUpdatePriceQuantity, answered row by row. */
import { z } from "zod";
import type { ChannelContext } from "../port.ts";
import type { InventoryNumbers } from "./inventory-items.ts";
import { API, errorsOf, readBody, sendRest } from "./rest-client.ts";

const updateShape = z.object({
  responses: z.array(
    z.object({
      sku: z.string().optional(),
      offerId: z.string().optional(),
      statusCode: z.int(),
      errors: z.array(z.object({ errorId: z.int(), category: z.string().optional(), message: z.string().optional() })).optional(),
    }),
  ),
});
export type UpdateRow = z.infer<typeof updateShape>["responses"][number];

/** Sets the total and every live offer that has a limit of its own. Rows are answered per offer, in a 200 or 207 envelope. */
export async function updateQuantities(context: ChannelContext, wishes: { numbers: InventoryNumbers; to: number }[]): Promise<UpdateRow[]> {
  const requests = wishes.map(({ numbers, to }) => {
    const limited = numbers.offers.filter((offer) => offer.available !== null);
    return {
      sku: numbers.sku,
      // Left out, the total would not be kept but lost.
      shipToLocationAvailability: { quantity: to },
      ...(limited.length ? { offers: limited.map(({ offerId }) => ({ offerId, availableQuantity: to })) } : {}),
    };
  });
  const call = {
    operation: "bulkUpdatePriceQuantity",
    method: "POST" as const,
    url: `${API}/sell/inventory/v1/bulk_update_price_quantity`,
    body: { requests },
    changes: true,
    accept: [400],
  };
  const answer = await sendRest(context, call);
  if (answer.status !== 400) return readBody(call, answer, updateShape).responses;
  // The whole request was refused, so every SKU in it was.
  const errors = errorsOf(answer.text).map((error) => ({
    errorId: Number(error.errorId) || 0,
    category: error.category,
    message: error.message,
  }));
  return wishes.map(({ numbers }) => ({ sku: numbers.sku, statusCode: 400, errors }));
}
