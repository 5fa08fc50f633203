/** Our own door as the platform sees it during a test: takes deliveries, answers challenges through the connector, keeps the rest. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { RawDelivery, Verified } from "#app/channels/port.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { readRequest } from "#app/sandbox/http-exchange.ts";

export type DoorServer = {
  url: string;
  /** Answers this to every delivery, as if it were broken; null ends it. */
  answerAll(status: number | null): void;
  /** Hands over what came since the last call. */
  take(): RawDelivery[];
  toDelivery(method: string, url: URL, headers: Record<string, string>, body: Uint8Array): RawDelivery;
  stop(): Promise<void>;
};

export async function openDoorServer(options: {
  channel: ChannelName;
  now: () => Date;
  verify: (delivery: RawDelivery) => Promise<Verified>;
  received: (delivery: RawDelivery) => void;
}): Promise<DoorServer> {
  let kept: RawDelivery[] = [];
  let broken: number | null = null;
  const toDelivery = (method: string, url: URL, headers: Record<string, string>, body: Uint8Array): RawDelivery => ({
    method,
    path: url.pathname + url.search,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    rawBody: body,
    receivedAt: options.now(),
  });
  const answer = async (delivery: RawDelivery) => {
    if (broken !== null) return { status: broken, headers: {}, body: "" };
    const verified = await options.verify(delivery);
    if (verified.outcome === "handshake") return verified;
    options.received(delivery);
    kept.push(delivery);
    return { status: verified.outcome === "refused" ? verified.status : 200, headers: {}, body: "" };
  };
  const server = createServer((incoming, outgoing) => {
    readRequest(incoming)
      .then(({ method, headers, body }) => answer(toDelivery(method, new URL(incoming.url ?? "/", url), headers, body)))
      .then(({ status, headers, body }) => outgoing.writeHead(status, headers).end(body))
      .catch((error: unknown) => outgoing.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const suffix = options.channel === "woocommerce" ? "woocommerce/connection-under-test" : options.channel;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/${suffix}`;
  return {
    url,
    answerAll(status) {
      broken = status;
    },
    take() {
      const taken = kept;
      kept = [];
      return taken;
    },
    toDelivery,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
