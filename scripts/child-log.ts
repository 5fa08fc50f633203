import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

const KEEP_BYTES = 10 * 1024 * 1024;
const TAIL_BYTES = 4_000;

/**
 * Opens a child's log for appending. The child gets the file itself, not a pipe to us: so it can still write while it stops
 * after we were killed. A long log of earlier runs is set aside first.
 */
export function openLog(file: string): { descriptor: number; startsAt: number } {
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file) && statSync(file).size > KEEP_BYTES) renameSync(file, `${file}.1`);
  return { descriptor: openSync(file, "a", 0o600), startsAt: existsSync(file) ? statSync(file).size : 0 };
}

/** The last lines that were written since the byte `startsAt`, for the message about a child that died. */
export function logTail(file: string, startsAt: number, lines = 15): string {
  if (!existsSync(file)) return "";
  const size = statSync(file).size;
  const text = Buffer.alloc(Math.max(0, Math.min(size - startsAt, TAIL_BYTES)));
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, text, 0, text.length, size - text.length);
  } finally {
    closeSync(descriptor);
  }
  return text.toString("utf8").trimEnd().split("\n").slice(-lines).join("\n");
}
