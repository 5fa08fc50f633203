import { isRouteErrorResponse, useRouteError } from "@remix-run/react";
import { useTexts } from "./texts/texts.tsx";

/**
 * What a page says when it cannot be shown: a refusal of ours in its own words, everything else plainly as our fault. Plain
 * elements only, since the frame around it may be what broke.
 */
export function FailurePage() {
  const error = useRouteError();
  const words = useTexts().frame;
  const kind = refusalOf(error);
  const refused = kind === null ? undefined : words.refusals[kind as keyof typeof words.refusals];
  if (refused) return <Plain title={refused.title} body={refused.body} />;
  if (isRouteErrorResponse(error) && error.status === 404) {
    return <Plain title={words.refusals["not-found"].title} body={words.refusals["not-found"].body} />;
  }
  return (
    <Plain title={words.failure.title} body={words.failure.body}>
      <p>
        <button type="button" onClick={() => location.reload()}>
          {words.failure.reload}
        </button>
      </p>
    </Plain>
  );
}

function Plain(props: { title: string; body: string; children?: React.ReactNode }) {
  return (
    <main className="failure" role="alert">
      <h1>{props.title}</h1>
      <p>{props.body}</p>
      {props.children}
    </main>
  );
}

/** The kind that a refusal carries as its only content; null for any other error. */
export function refusalOf(error: unknown): string | null {
  if (!isRouteErrorResponse(error) || typeof error.data !== "object" || error.data === null || !("refusal" in error.data)) return null;
  return String(error.data.refusal);
}
