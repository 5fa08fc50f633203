import type { LinksFunction } from "@remix-run/node";
import { useSearchParams } from "@remix-run/react";
import portalStyles from "#app/ui/portal.css?url";
import sharedStyles from "#app/ui/shared.css?url";
import { useTexts } from "#app/ui/texts/texts.tsx";

export const links: LinksFunction = () => [sharedStyles, portalStyles].map((href) => ({ rel: "stylesheet", href }));

/**
 * Where a browser ends that comes back from a shop or platform and cannot be sent on to a page of its own: after an approval begun
 * inside Shopify admin, with a state that is over, or when we broke. It links nothing.
 */
export default function ConnectReturned() {
  const { returned, grant } = useTexts().connect;
  const [params] = useSearchParams();
  const words = params.has("over") ? grant.returnedOver : params.has("broken") ? grant.returnedBroken : returned;
  return (
    <main className="failure" style={{ maxWidth: "36rem", margin: "15vh auto", padding: "0 1.25rem" }}>
      <h1>{words.title}</h1>
      <p>{words.body}</p>
    </main>
  );
}
