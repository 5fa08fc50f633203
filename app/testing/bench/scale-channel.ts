/**
 * A channel that stands in memory and answers after a fixed time: what is measured against it is our own work and nobody's platform.
 * Everything that the engine asks of a channel by the way (batches, compare, lag) stays the real connector's.
 */
import type { Channel } from "#app/channels/port.ts";
import { START } from "./scale-shop.ts";

export type MemoryChannel = { channel: Channel; calls: () => number; shownOf: (key: string) => number };

export function memoryChannel(real: Channel, latencyMs: number, pause: (ms: number) => Promise<void>): MemoryChannel {
  const shown = new Map<string, number>();
  const shownOf = (key: string) => shown.get(key) ?? START;
  let calls = 0;
  const answer = async <T>(make: () => T): Promise<T> => {
    calls++;
    await pause(latencyMs);
    return make();
  };
  const { ownAddress: _address, authorization: _authorization, readNotices: _notices, ...rest } = real;
  const channel: Channel = {
    ...rest,
    readStock: async (context, refs) => {
      const sentAt = context.now();
      return answer(() => refs.map(({ key }) => ({ key, quantity: shownOf(key), state: "active" as const, sentAt, parts: [] })));
    },
    setStock: async (context, writes, gate) => {
      const readAt = context.now();
      const open = await gate(writes.map(({ key }) => ({ key, readAt })));
      const sentAt = context.now();
      return answer(() =>
        writes.map(({ key, to }) => {
          if (!open.has(key)) return { key, outcome: "not-sent" as const, reason: "the gate was closed" };
          shown.set(key, to);
          return { key, outcome: "confirmed" as const, quantity: to, state: "active" as const, sentAt, parts: [] };
        }),
      );
    },
    readOrders: (context) => {
      const sentAt = context.now();
      return answer(() => ({ orders: [], nextPage: null, sentAt }));
    },
  };
  return { channel, calls: () => calls, shownOf };
}
