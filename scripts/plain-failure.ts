/** A failure whose message is meant for the person who typed the command: printed alone, without a stack. */
export class PlainFailure extends Error {
  override readonly name = "PlainFailure";
}

/** Prints why a command stopped and ends it with code 1. Anything but a PlainFailure is a bug and keeps its stack. */
export function sayAndExit(error: unknown): never {
  console.error(error instanceof PlainFailure ? `\n${error.message}\n` : error);
  process.exit(1);
}
