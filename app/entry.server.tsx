/** How a page becomes HTML: streamed to people, in one piece to robots, with the nonce that its own scripts carry. */
import { PassThrough } from "node:stream";
import { type AppLoadContext, createReadableStreamFromReadable, type EntryContext, type HandleErrorFunction } from "@remix-run/node";
import { isRouteErrorResponse, RemixServer } from "@remix-run/react";
import { isbot } from "isbot";
import { renderToPipeableStream } from "react-dom/server";
import { scrubUrl } from "#app/platform/scrub.ts";
import { NonceContext } from "#app/ui/nonce.ts";
import { webContext } from "./front.server.ts";

/** A page that has not finished by then is cut off: its loaders hang. Single fetch streams for as long. */
export const streamTimeout = 5_000;

export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remix: EntryContext,
  context: AppLoadContext,
): Promise<Response> {
  const { nonce, fronts, house } = webContext(context);
  if (isEmbedded(request)) fronts?.app?.documentHeaders(request, headers);
  headers.set("Content-Type", "text/html; charset=utf-8");
  const inOnePiece = remix.isSpaMode || isbot(request.headers.get("user-agent"));

  return new Promise((resolve, reject) => {
    let finalStatus = status;
    let begun = false;
    const begin = () => {
      begun = true;
      const body = new PassThrough();
      resolve(new Response(createReadableStreamFromReadable(body), { headers, status: finalStatus }));
      stream.pipe(body);
    };
    const stream = renderToPipeableStream(
      <NonceContext.Provider value={nonce}>
        <RemixServer context={remix} url={request.url} abortDelay={streamTimeout} nonce={nonce} />
      </NonceContext.Provider>,
      {
        nonce,
        [inOnePiece ? "onAllReady" : "onShellReady"]: begin,
        onShellError: reject,
        onError(error: unknown) {
          finalStatus = 500;
          // Before the shell is ready the error rejects this promise, and handleError tells of it.
          if (begun && !request.signal.aborted) house.log.error("a page failed while it was streamed", { path: pathOf(request), error });
        },
      },
    );
    const late = setTimeout(() => stream.abort(), streamTimeout + 1_000);
    request.signal.addEventListener("abort", () => clearTimeout(late), { once: true });
    late.unref();
  });
}

/**
 * Under single fetch an action's 401 loses the header by which App Bridge knows to fetch a fresh token and try again; without it
 * an expired token ends the page.
 */
export function handleDataRequest(response: Response, { request }: { request: Request }): Response {
  if (response.status === 401 && request.headers.has("authorization")) response.headers.set("X-Shopify-Retry-Invalid-Session-Request", "1");
  return response;
}

/** What a loader, an action or a component threw that is no answer. The person sees the error page, we see this line. */
export const handleError: HandleErrorFunction = (error, { request, context }) => {
  // An address that does not exist is the visitor's matter, and shown to them.
  if (request.signal.aborted || (isRouteErrorResponse(error) && error.status < 500)) return;
  webContext(context).house.log.error("a page failed", { method: request.method, path: pathOf(request), error });
};

const isEmbedded = (request: Request): boolean => /^\/(app|auth)(\/|$)/.test(new URL(request.url).pathname);

function pathOf(request: Request): string {
  const { pathname, search } = new URL(request.url);
  return scrubUrl(pathname + search);
}
