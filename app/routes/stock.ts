import type { ActionFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { undoMovement } from "#app/flows/undo-movement.server.ts";
import { refusal, requireMayChange, webContext } from "#app/front.server.ts";
import type { StockAnswer } from "#app/ui/stock/stock-answer.ts";

const units = z.int().min(-1_000_000_000).max(1_000_000_000);
const Body = z.union([
  z.strictObject({ undo: z.uuid() }),
  z.strictObject({ itemId: z.uuid(), by: units, note: z.string().max(200) }),
  z.strictObject({ itemId: z.uuid(), setTo: units, expected: units, note: z.string().max(200) }),
]);

/** A change of one item's stock, or its undo; from any list, popover or toast. */
export async function action({ request, context }: ActionFunctionArgs): Promise<StockAnswer> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const asked = Body.safeParse(await request.json().catch(() => null));
  if (!asked.success) throw refusal(400, "not-found");
  const who = { sellerId: front.seller.id, actorKey: front.actorKey };
  if ("undo" in asked.data) {
    const answer = await undoMovement(house, { ...who, movementId: asked.data.undo });
    return answer.outcome === "done" ? { ...answer, undid: true } : answer;
  }
  const answer = await adjustStock(house, { ...who, ...asked.data });
  return answer.outcome === "done" ? { ...answer, undid: false } : answer;
}
