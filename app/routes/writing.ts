import type { ActionFunctionArgs } from "@remix-run/node";
import { resumeAllWriting, stopAllWriting } from "#app/flows/pause-connection.server.ts";
import { requireMayChange, webContext } from "#app/front.server.ts";

/** The switch that stops all writing, on every page of both fronts. */
export async function action({ request, context }: ActionFunctionArgs): Promise<{ stopped: boolean }> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const who = { sellerId: front.seller.id, actorKey: front.actorKey };
  const stop = (await request.formData()).get("stop") === "true";
  await (stop ? stopAllWriting(house, who) : resumeAllWriting(house, who));
  return { stopped: stop };
}
