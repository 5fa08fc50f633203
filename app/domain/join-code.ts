/** A one-time code by which two accounts become one: ten characters that nobody takes for one another, fifty bits. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 10;

export const JOIN_LIVES_MS = 10 * 60_000;
/** Codes that one account may make in an hour, and wrong ones that one shop may enter in ten minutes. */
export const MOST_CODES = 5;
export const MOST_WRONG = 5;

export const JOIN_PROBLEMS = ["has-history", "is-live", "gone"] as const;
export type JoinProblem = (typeof JOIN_PROBLEMS)[number];

export function isJoinProblem(text: string | null): text is JoinProblem {
  return (JOIN_PROBLEMS as readonly (string | null)[]).includes(text);
}

/** `random`: as many bytes as the code is long, from a source that cannot be guessed. */
export function codeFrom(random: Uint8Array): string {
  return Array.from(random.subarray(0, LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join("");
}

/** As a person types it: dashes, spaces and small letters do not matter, nor does O for 0. Null where it cannot be a code. */
export function readCode(typed: string): string | null {
  const plain = typed.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  return plain.length === LENGTH && [...plain].every((sign) => ALPHABET.includes(sign)) ? plain : null;
}

export function shownCode(code: string): string {
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
}
