import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Secrets that a second start must find again; each in a file that only this user may read. */
export type DemoSecrets = {
  /** In the form of ENCRYPTION_KEYS: what the first run sealed must open in the second. */
  encryptionKeys: string;
  /** Signs the demo's sign-in cookie. */
  signIn: string;
  /** For /metrics. */
  metricsToken: string;
};

export function readDemoSecrets(dataDir: string): DemoSecrets {
  const file = join(dataDir, "demo-secrets.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as DemoSecrets;
  const secrets: DemoSecrets = {
    encryptionKeys: `demo:${randomBytes(32).toString("base64")}`,
    signIn: randomBytes(32).toString("base64url"),
    metricsToken: randomBytes(24).toString("base64url"),
  };
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  return secrets;
}
