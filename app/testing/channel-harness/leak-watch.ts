/** Reads everything a connector returns or throws, looking for what must never come through: buyers' data and our secrets. */
import { ChannelError } from "#app/channels/errors.ts";
import type { Channel } from "#app/channels/port.ts";

/** Methods whose very purpose is to hand out a secret. */
const MAY_HAND_OUT = new Set(["refresh", "ensureWebhooks"]);

export function watchChannel(channel: Channel, problems: string[], secrets: ReadonlySet<string>): Channel {
  return new Proxy(channel, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== "function") return member;
      const method = String(name);
      return (...given: unknown[]) => {
        const result: unknown = member.apply(target, given);
        if (!(result instanceof Promise)) return result;
        return result.then(
          (value: unknown) => {
            search(method, JSON.stringify(value) ?? "", !MAY_HAND_OUT.has(method));
            return value;
          },
          (error: unknown) => {
            const text = error instanceof ChannelError ? `${error.message} ${JSON.stringify(error.platform)}` : String(error);
            search(`${method} (error)`, text, true);
            if (!(error instanceof ChannelError)) problems.push(`${method} threw something that is no ChannelError: ${text.slice(0, 300)}`);
            throw error;
          },
        );
      };
    },
  });

  function search(method: string, text: string, forSecrets: boolean): void {
    const at = text.indexOf("BUYERMARK");
    if (at >= 0) problems.push(`${method} let a buyer's datum through: ${text.slice(Math.max(0, at - 60), at + 20)}`);
    if (!forSecrets) return;
    for (const secret of secrets) if (text.includes(secret)) problems.push(`${method} let a secret through`);
  }
}
