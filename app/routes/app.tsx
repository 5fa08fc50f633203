import type { HeadersFunction, LinksFunction, LoaderFunctionArgs } from "@remix-run/node";
import { isRouteErrorResponse, Outlet, useLoaderData, useRouteError } from "@remix-run/react";
import polarisStyles from "@shopify/polaris/build/esm/styles.css?url";
import { boundary } from "@shopify/shopify-app-remix/server";
import { refusal, requireSeller, webContext } from "#app/front.server.ts";
import embeddedStyles from "#app/ui/embedded.css?url";
import { FailurePage } from "#app/ui/failure-page.tsx";
import { EmbeddedFrame } from "#app/ui/frame/embedded-frame.tsx";
import sharedStyles from "#app/ui/shared.css?url";
import { frameView } from "#app/views/frame.server.ts";

export const links: LinksFunction = () => [polarisStyles, sharedStyles, embeddedStyles].map((href) => ({ rel: "stylesheet", href }));

export async function loader({ request, context }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const web = webContext(context);
  const door = web.fronts?.app;
  if (!door) throw refusal(503, "no-embedded");
  const frame = await frameView(web.house, front.seller.id);
  return { ...frame, base: front.base, role: front.role, apiKey: door.apiKey, appBridgeUrl: door.appBridgeUrl };
}

export default function App() {
  const data = useLoaderData<typeof loader>();
  return (
    <EmbeddedFrame {...data}>
      <Outlet />
    </EmbeddedFrame>
  );
}

/** Answers of Shopify's library are pages of its own; everything else is said in our words. */
export function ErrorBoundary() {
  const error = useRouteError();
  if (isRouteErrorResponse(error) && typeof error.data === "string" && error.data.includes("<script")) return boundary.error(error);
  return <FailurePage />;
}

export const headers: HeadersFunction = (args) => boundary.headers(args);
