import type { LoaderFunctionArgs } from "@remix-run/node";
import { refusal, webContext } from "#app/front.server.ts";

/** Addresses that Shopify's library keeps for itself (session-token bounce, leaving the frame); it answers by throwing. */
export function loader({ request, context }: LoaderFunctionArgs): Promise<Response> {
  const door = webContext(context).fronts?.app;
  if (!door) throw refusal(503, "no-embedded");
  return door.authPath(request);
}
