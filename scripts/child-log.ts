import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

const KEEP_BYTES = 10 * 1024 * 1024;
const TAIL_BYTES = 4_000;

/**
 * Opens a child's log for appending. The child gets the file itself, not a pipe to us: so it can still write while it stops
 * after we were killed. A long log of earlier runs is set aside first.
 */
export function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  if (existsSync(file) && statSync(file).size > KEEP_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, "a", 0o600);
}

/** The last lines of a log, for the message about a child that died. */
export function logTail(file: string, lines = 15): string {
  if (!existsSync(file)) return "";
  const size = statSync(file).size;
  const text = Buffer.alloc(Math.min(size, TAIL_BYTES));
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, text, 0, text.length, size - text.length);
  } finally {
    closeSync(descriptor);
  }
  return text.toString("utf8").trimEnd().split("\n").slice(-lines).join("\n");
}
