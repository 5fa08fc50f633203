import type { ActionFunctionArgs } from "@remix-run/node";
import { z } from "zod";
import { wishTags } from "#app/flows/wish-tags.server.ts";
import { refusal, requireMayChange, webContext } from "#app/front.server.ts";
import type { TagsAnswer } from "#app/ui/tags/tags-answer.ts";

const tags = z.array(z.string().max(200)).max(20);
const Body = z.strictObject({ itemIds: z.array(z.uuid()).min(1).max(500), add: tags, remove: tags });

/** Tags of one item or of many; what changes a public number leads to the page that shows it. */
export async function action({ request, context }: ActionFunctionArgs): Promise<TagsAnswer | Response> {
  const front = await requireMayChange(request, context);
  const asked = Body.safeParse(await request.json().catch(() => null));
  if (!asked.success) throw refusal(400, "not-found");
  const wished = await wishTags(webContext(context).house, { sellerId: front.seller.id, actorKey: front.actorKey }, asked.data);
  return wished.outcome === "plan" ? front.redirect(`/changes/${wished.previewId}`) : wished;
}
