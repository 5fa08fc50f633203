import type { ActionFunctionArgs } from "@remix-run/node";
import { openPlan } from "#app/flows/open-plan.server.ts";
import { stopAllWriting } from "#app/flows/pause-connection.server.ts";
import { requireMayChange, webContext } from "#app/front.server.ts";

/** The switch that stops all writing, on every page of both fronts. Resuming shows first what would be written. */
export async function action({ request, context }: ActionFunctionArgs): Promise<{ stopped: boolean } | Response> {
  const front = await requireMayChange(request, context);
  const { house } = webContext(context);
  const who = { sellerId: front.seller.id, actorKey: front.actorKey };
  if ((await request.formData()).get("stop") === "true") {
    await stopAllWriting(house, who);
    return { stopped: true };
  }
  return front.redirect(`/changes/${await openPlan(house, { ...who, kind: "resume", plan: { connectionId: null } })}`);
}
