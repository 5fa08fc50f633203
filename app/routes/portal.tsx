import type { LinksFunction, LoaderFunctionArgs } from "@remix-run/node";
import { Outlet, useLoaderData } from "@remix-run/react";
import polarisStyles from "@shopify/polaris/build/esm/styles.css?url";
import { requireSeller, webContext } from "#app/front.server.ts";
import { FailurePage } from "#app/ui/failure-page.tsx";
import { PortalFrame } from "#app/ui/frame/portal-frame.tsx";
import portalStyles from "#app/ui/portal.css?url";
import sharedStyles from "#app/ui/shared.css?url";
import { frameView } from "#app/views/frame.server.ts";

export const links: LinksFunction = () => [polarisStyles, sharedStyles, portalStyles].map((href) => ({ rel: "stylesheet", href }));

export async function loader({ request, context }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const web = webContext(context);
  const frame = await frameView(web.house, front.seller.id);
  return { ...frame, base: front.base, role: front.role, person: front.actorLabel, signOutPath: web.fronts?.portal?.signOutPath ?? "/" };
}

export default function Portal() {
  const data = useLoaderData<typeof loader>();
  return (
    <PortalFrame {...data}>
      <Outlet />
    </PortalFrame>
  );
}

export function ErrorBoundary() {
  return (
    <div className="portal">
      <FailurePage />
    </div>
  );
}
