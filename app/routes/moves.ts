import type { ActionFunctionArgs } from "@remix-run/node";
import { keepHere } from "#app/flows/ask-for-move.server.ts";
import { refusal, requireMayChange, webContext } from "#app/front.server.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** "Keep it here", from Home and from the channel's page. */
export async function action({ request, context }: ActionFunctionArgs): Promise<{ kept: boolean }> {
  const front = await requireMayChange(request, context);
  const moveId = String((await request.formData()).get("moveId"));
  if (!UUID.test(moveId)) throw refusal(404, "not-found");
  return { kept: await keepHere(webContext(context).house, { sellerId: front.seller.id, actorKey: front.actorKey, moveId }) };
}
