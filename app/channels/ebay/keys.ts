/** The shapes of what an eBay connection and our eBay application are opened with. */
import { z } from "zod";
import { ChannelError } from "../errors.ts";
import type { AppKeys, Credentials } from "../port.ts";

const credentialsShape = z.object({
  accessToken: z.string().min(1),
  /** ISO times, by our clock. */
  accessExpiresAt: z.string().nullable().default(null),
  refreshToken: z.string().min(1),
  refreshExpiresAt: z.string().nullable().default(null),
});
export type EbayCredentials = z.infer<typeof credentialsShape>;

const appShape = z.object({
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  devId: z.string().optional(),
  ruName: z.string().default(""),
  verificationToken: z.string().default(""),
  /** Where eBay writes when our door does not answer; without it the door's own postmaster. */
  alertEmail: z.string().optional(),
});
export type EbayAppKeys = z.infer<typeof appShape>;

/** Throws "auth-revoked" where nothing usable is stored: only a new consent helps. */
export function readCredentials(credentials: Credentials): EbayCredentials {
  const read = credentialsShape.safeParse(credentials);
  if (!read.success) throw new ChannelError("auth-revoked", "the stored eBay credentials are incomplete");
  return read.data;
}

export function readAppKeys(app: AppKeys): EbayAppKeys {
  const read = appShape.safeParse(app);
  if (!read.success) throw new ChannelError("forbidden", "the eBay application keys are incomplete");
  return read.data;
}
