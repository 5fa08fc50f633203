import type { LoaderFunctionArgs } from "@remix-run/node";
import { refusal, requireSeller, webContext } from "#app/front.server.ts";
import { explainNumber } from "#app/views/explain-number.server.ts";

/** "Why 3?" for the popover of any list. */
export async function loader({ request, context, params }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const why = await explainNumber(webContext(context).house, front.seller.id, params.quantityId ?? "");
  if (!why) throw refusal(404, "not-found");
  return why;
}
