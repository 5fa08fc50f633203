import { z } from "zod";
import type { ChannelName } from "#app/domain/channel-words.ts";

/**
 * What may be queued. A job is a doorbell: it names where to look and carries no number and no buyer; whoever comes reads the
 * truth from the database. So a job may be lost, doubled or late.
 */
export const QUEUE_NAMES = ["drain-shopify", "drain-ebay", "drain-etsy", "drain-woocommerce", "inbound", "chores"] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

/** Work beside the channels, each by the id of the row that describes it. */
export const CHORES = [
  "import",
  "preview",
  "mail",
  "housekeeping",
  "connect",
  "setup",
  "leave",
  "move",
  "install",
  "join",
  "watch",
  "named-look",
  "sight",
  "check",
  "quotas",
  "counting",
] as const;
export type Chore = (typeof CHORES)[number];

const connection = z.object({ connectionId: z.string().min(1).max(64) });

export const JOB_SCHEMAS = {
  /** Recorded deliveries of a connection wait to be applied. */
  "apply-events": connection,
  /** A connection has quantities whose target is not what its channel shows. */
  "drain-connection": connection,
  /** It is time to read a connection's orders. */
  "poll-connection": connection,
  /** It is time to look at numbers that nobody announced a change of. */
  "look-at-numbers": connection,
  chores: z.object({ chore: z.enum(CHORES), id: z.string().min(1).max(80) }),
} as const;

export type JobName = keyof typeof JOB_SCHEMAS;
export type JobData<Name extends JobName> = z.infer<(typeof JOB_SCHEMAS)[Name]>;

/** A ring of the bell. The channel chooses the queue, so that a slow platform holds up nobody else's work. */
export type Bell =
  | { job: "apply-events" | "drain-connection" | "poll-connection" | "look-at-numbers"; channel: ChannelName; connectionId: string }
  | { job: "chores"; chore: Chore; id: string };

/** Which queue a bell belongs to, what its job carries, and the key under which equal bells melt into one. */
export function jobFor(bell: Bell): { queue: QueueName; name: JobName; key: string; data: Record<string, string> } {
  switch (bell.job) {
    case "apply-events":
      return { queue: "inbound", name: bell.job, key: `${bell.job}:${bell.connectionId}`, data: { connectionId: bell.connectionId } };
    case "drain-connection":
    case "poll-connection":
    case "look-at-numbers":
      return {
        queue: `drain-${bell.channel}`,
        name: bell.job,
        key: `${bell.job}:${bell.connectionId}`,
        data: { connectionId: bell.connectionId },
      };
    case "chores":
      return { queue: "chores", name: bell.job, key: `${bell.chore}:${bell.id}`, data: { chore: bell.chore, id: bell.id } };
    default: {
      const unknown: never = bell;
      throw new Error(`no queue for ${JSON.stringify(unknown)}`);
    }
  }
}
