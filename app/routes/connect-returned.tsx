import { useTexts } from "#app/ui/texts/texts.tsx";

/** Where a shop sends the browser after an approval begun inside Shopify admin: it links nothing, the app's own page goes on. */
export default function ConnectReturned() {
  const words = useTexts().connect.returned;
  return (
    <main className="failure" style={{ maxWidth: "36rem", margin: "15vh auto", padding: "0 1.25rem" }}>
      <h1>{words.title}</h1>
      <p>{words.body}</p>
    </main>
  );
}
