/** What the demo and the tests ask of the sandbox's control API. */
import type { Credentials } from "#app/channels/port.ts";
import type { ChannelName, JsonObject } from "#app/domain/channel-words.ts";

export type SandboxGrant = {
  app: JsonObject;
  externalId: string;
  address: string | null;
  credentials: Credentials;
  expiresAt: Date | null;
  refreshExpiresAt: Date | null;
};

export async function askSandbox<T>(origin: string, method: "GET" | "POST", path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${origin}/control${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status} to ${method} ${path}: ${text.slice(0, 200)}`);
  return JSON.parse(text) as T;
}

/** The credentials that a finished authorization would have given. */
export async function grantOf(origin: string, channel: ChannelName, account: number): Promise<SandboxGrant> {
  const given = await askSandbox<{ app: JsonObject; account: { externalId: string; address: string | null }; credentials: JsonObject }>(
    origin,
    "GET",
    `/${channel}/credentials?account=${account}`,
  );
  const { credentials } = given;
  const date = (value: unknown) => (typeof value === "string" ? new Date(value) : null);
  return {
    app: given.app,
    externalId: given.account.externalId,
    address: given.account.address,
    credentials,
    expiresAt: date(credentials.expiresAt ?? credentials.accessExpiresAt),
    refreshExpiresAt: date(credentials.refreshExpiresAt),
  };
}
