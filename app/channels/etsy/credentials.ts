import { z } from "zod";
import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";

/** Sealed with the connection. Times are ISO 8601; the refresh token is replaced on each use. */
const credentialsSchema = z.object({
  accessToken: z.string().min(1),
  accessExpiresAt: z.string().optional(),
  refreshToken: z.string().min(1).optional(),
  refreshExpiresAt: z.string().optional(),
});
export type EtsyCredentials = z.infer<typeof credentialsSchema>;

/** From our configuration; the shared secret must never reach a browser. */
const appSchema = z.object({
  keystring: z.string().min(1),
  sharedSecret: z.string().min(1),
  webhookSecret: z.string().nullish(),
  /** What Etsy has granted this key; whatever is not said to be commercial counts as personal. */
  access: z.enum(["personal", "commercial"]).catch("personal"),
});
export type EtsyApp = z.infer<typeof appSchema>;

export function readCredentials(context: ChannelContext): EtsyCredentials {
  const read = credentialsSchema.safeParse(context.credentials);
  if (!read.success) throw new ChannelError("auth-revoked", "the stored Etsy credentials are not complete");
  return read.data;
}

export function readApp(context: Pick<ChannelContext, "app">): EtsyApp {
  const read = appSchema.safeParse(context.app);
  if (!read.success) throw new ChannelError("unsupported", "Etsy's keystring and shared secret are not configured");
  return read.data;
}
