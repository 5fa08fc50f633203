import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { HttpAnswer } from "./http.ts";
import { HttpFailure } from "./http.ts";

/**
 * Reads an answer to its end, unpacked. Throws HttpFailure "too-large" above maxBytes (counted after unpacking, so that a small
 * archive cannot fill the memory) and an ordinary error when the connection broke off or the packing is damaged.
 */
export async function readAnswer(response: IncomingMessage, maxBytes: number): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const collect = async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new HttpFailure("too-large", `the answer has more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  };
  const unpack = unpackerFor(response.headers["content-encoding"]);
  if (unpack) await pipeline(response, unpack, collect);
  else await pipeline(response, collect);
  if (!response.complete) throw new Error("the answer broke off");
  return {
    status: response.statusCode ?? 0,
    headers: joinHeaders(response.rawHeaders),
    text: new TextDecoder().decode(Buffer.concat(chunks)),
  };
}

function unpackerFor(encoding: string | undefined) {
  switch (encoding?.trim().toLowerCase()) {
    case undefined:
    case "":
    case "identity":
      return null;
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "br":
      return createBrotliDecompress();
    case "deflate":
      return createInflate();
    default:
      throw new Error(`the answer is packed in a way that was not asked for (${encoding?.slice(0, 20)})`);
  }
}

/** From the raw list: Node's own object drops the second of many repeated headers. */
function joinHeaders(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]!.toLowerCase();
    const value = raw[at + 1]!;
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}
