import type { LoaderFunctionArgs } from "@remix-run/node";
import { refusal, requireSeller } from "#app/front.server.ts";

export async function loader({ request, context }: LoaderFunctionArgs): Promise<null> {
  await requireSeller(request, context);
  throw refusal(404, "not-found");
}

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export default function NothingHere() {
  return null;
}
