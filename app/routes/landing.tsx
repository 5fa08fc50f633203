import type { LoaderFunctionArgs } from "@remix-run/node";
import { redirect } from "@remix-run/node";
import { useTexts } from "#app/ui/texts/texts.tsx";

/** Shopify opens an app at its root with the shop in the query. */
export function loader({ request }: LoaderFunctionArgs) {
  const url = new URL(request.url);
  if (url.searchParams.has("shop")) throw redirect(`/app?${url.searchParams}`);
  return null;
}

export default function Landing() {
  const words = useTexts().frame;
  return (
    <main
      style={{
        maxWidth: "40rem",
        margin: "15vh auto",
        padding: "0 1.25rem",
        font: "1.05rem/1.6 Charter, 'Bitstream Charter', Cambria, Georgia, serif",
      }}
    >
      <h1>{words.landing.title}</h1>
      <p>{words.landing.body}</p>
      <p>
        <a href="/portal">{words.landing.portal}</a>
      </p>
    </main>
  );
}
