/** The handshake with which eBay makes sure that an endpoint belongs to the application that registers it. */
import { createHash, randomBytes } from "node:crypto";
import { get } from "node:http";

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Only loopback is asked, as everywhere in the sandbox. */
export async function challengeEndpoint(endpoint: string, verificationToken: string): Promise<boolean> {
  const code = randomBytes(16).toString("hex");
  const target = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (target?.protocol !== "http:" || !LOOPBACK.has(target.hostname)) return false;
  target.searchParams.set("challenge_code", code);
  const answer = await fetchText(target);
  const expected = createHash("sha256").update(code).update(verificationToken).update(endpoint).digest("hex");
  if (answer === null) return false;
  try {
    return (JSON.parse(answer) as { challengeResponse?: unknown } | null)?.challengeResponse === expected;
  } catch {
    return false;
  }
}

function fetchText(target: URL): Promise<string | null> {
  return new Promise((resolve) => {
    const call = get(target, { signal: AbortSignal.timeout(3_000) }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", () => resolve(null));
      answer.on("end", () => resolve(answer.statusCode === 200 ? Buffer.concat(chunks).toString("utf8") : null));
    });
    call.on("error", () => resolve(null));
  });
}
