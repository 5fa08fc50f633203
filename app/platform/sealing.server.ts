import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** Where a sealed value lives. Bound into the seal, so that a blob copied to another row or field does not open (design.md 10). */
export type SealedPlace = {
  table: string;
  /** An id that never changes for the row's life: joining two accounts moves no blob. */
  rowId: string;
  field: string;
};

export type SealingKey = {
  id: string;
  /** 32 bytes. */
  key: Uint8Array;
};

export type Keyring = {
  /** Text of the form `1.<key id>.<base64url of nonce, tag, ciphertext>`. */
  seal(plain: string, place: SealedPlace): string;
  /** Throws SealBroken. */
  open(sealed: string, place: SealedPlace): string;
  /** Whether another key than the first one sealed it. Throws SealBroken "malformed". */
  needsReseal(sealed: string): boolean;
  /** The same content under the first key; the same text where the first key sealed it already. */
  reseal(sealed: string, place: SealedPlace): string;
};

export type SealBrokenKind = "malformed" | "unknown-key" | "refused";

/** "refused": tampered with, or it belongs to another place. The message names the place, never the content. */
export class SealBroken extends Error {
  override readonly name = "SealBroken";
  readonly kind: SealBrokenKind;
  constructor(kind: SealBrokenKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

const VERSION = "1";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
export const SEALING_KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;

/** AES-256-GCM with several keys: the first seals, all open. */
export function createKeyring(keys: readonly SealingKey[]): Keyring {
  const [first] = keys;
  if (!first) throw new Error("a keyring needs at least one key");
  const byId = new Map<string, Buffer>();
  for (const { id, key } of keys) {
    if (!SEALING_KEY_ID.test(id) || byId.has(id)) throw new Error(`encryption key id "${id}" is unusable or given twice`);
    if (key.byteLength !== KEY_BYTES) throw new Error(`encryption key "${id}" has ${key.byteLength} bytes instead of ${KEY_BYTES}`);
    byId.set(id, Buffer.from(key));
  }

  const seal = (plain: string, place: SealedPlace): string => {
    if (/\p{Surrogate}/u.test(plain)) throw new Error(`${placeName(place)} holds half a surrogate and would not come back unchanged`);
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", byId.get(first.id)!, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(boundData(first.id, place));
    const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
    return `${VERSION}.${first.id}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url")}`;
  };

  const open = (sealed: string, place: SealedPlace): string => {
    const { keyId, bytes } = parse(sealed);
    const key = byId.get(keyId);
    if (!key) throw new SealBroken("unknown-key", `${placeName(place)} was sealed with key "${keyId}", which is not configured`);
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(boundData(keyId, place));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString("utf8");
    } catch {
      throw new SealBroken("refused", `${placeName(place)} does not open: it was changed, or it belongs elsewhere`);
    }
  };

  const needsReseal = (sealed: string): boolean => parse(sealed).keyId !== first.id;

  return { seal, open, needsReseal, reseal: (sealed, place) => (needsReseal(sealed) ? seal(open(sealed, place), place) : sealed) };
}

/** JSON, so that no two places give the same bytes ("a","bc" and "ab","c"). */
function boundData(keyId: string, { table, rowId, field }: SealedPlace): Buffer {
  return Buffer.from(JSON.stringify([VERSION, keyId, table, rowId, field]), "utf8");
}

function parse(sealed: string): { keyId: string; bytes: Buffer } {
  const [version, keyId, body, ...rest] = sealed.split(".");
  if (version !== VERSION || !keyId || !body || rest.length > 0) throw new SealBroken("malformed", "this is not a sealed value");
  const bytes = Buffer.from(body, "base64url");
  // The decoder skips what it does not know; writing it again shows whether every character was meant.
  if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString("base64url") !== body) {
    throw new SealBroken("malformed", "this is not a sealed value");
  }
  return { keyId, bytes };
}

function placeName({ table, rowId, field }: SealedPlace): string {
  return `${table}.${field} of row ${rowId}`;
}
