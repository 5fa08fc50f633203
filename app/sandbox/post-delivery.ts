/** One POST to the app, as a platform's delivery system makes it: no redirects, a time limit, nothing thrown. */
import { Agent, request } from "node:http";

export type PostOutcome = {
  /** null: no answer in time, or the connection failed. */
  status: number | null;
  ms: number;
};

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Only loopback is called: the simulated world never reaches out of this machine. */
export function postDelivery(url: string, headers: Record<string, string>, body: string, timeoutMs: number): Promise<PostOutcome> {
  const started = performance.now();
  const after = (status: number | null): PostOutcome => ({ status, ms: performance.now() - started });
  if (!URL.canParse(url)) return Promise.resolve(after(null));
  const target = new URL(url);
  if (target.protocol !== "http:" || !LOOPBACK.has(target.hostname)) return Promise.resolve(after(null));
  return exchange(target, headers, Buffer.from(body, "utf8"), timeoutMs).then(after);
}

function exchange(target: URL, headers: Record<string, string>, bytes: Buffer, timeoutMs: number): Promise<number | null> {
  return new Promise((resolve) => {
    const call = request(
      target,
      { method: "POST", agent, headers: { ...headers, "content-length": String(bytes.length) }, signal: AbortSignal.timeout(timeoutMs) },
      (answer) => {
        // The status is the answer; the rest is read only so that the connection can be used again.
        answer.on("error", () => resolve(null));
        answer.on("end", () => resolve(answer.statusCode ?? null));
        answer.resume();
      },
    );
    call.on("error", (error: NodeJS.ErrnoException) => {
      // The other side closed an idle connection at the very moment of its reuse: not the app's failure, so once more on a new one.
      if (call.reusedSocket && error.code === "ECONNRESET") resolve(exchange(target, headers, bytes, timeoutMs));
      else resolve(null);
    });
    call.end(bytes);
  });
}
