import type { LoaderFunctionArgs } from "@remix-run/node";
import { requireSeller, webContext } from "#app/front.server.ts";

/** Below the ten seconds after which a page calls the stream silent. */
const HEARTBEAT_MS = 4_000;
/** Who may listen is checked only when the stream opens, so it is opened anew now and then. */
const LONGEST_MS = 5 * 60_000;

/** A stream that carries nothing but "look again: <what>"; the page then asks for its data in the ordinary way. */
export async function loader({ request, context }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const { live } = webContext(context);
  const text = new TextEncoder();
  let close = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const say = (line: string) => controller.enqueue(text.encode(line));
      const stopListening = live?.subscribe(front.seller.id, (what) => say(`data: ${oneLine(what)}\n\n`));
      const heartbeat = setInterval(() => say(": here\n\n"), HEARTBEAT_MS);
      const end = setTimeout(() => close(), LONGEST_MS);
      close = () => {
        close = () => {};
        stopListening?.();
        clearInterval(heartbeat);
        clearTimeout(end);
        controller.close();
      };
      // Aborts within milliseconds of a disconnect; the stream's own cancel comes late or not at all.
      request.signal.addEventListener("abort", () => close());
      say(": here\n\n");
    },
    cancel: () => close(),
  });
  return new Response(body, {
    // Without no-transform a compressing server in between holds everything back.
    headers: { "Content-Type": "text/event-stream", "Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no" },
  });
}

function oneLine(what: string): string {
  return what.replace(/[\r\n]+/g, " ").slice(0, 200);
}
