import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { silentLogger } from "./log.server.ts";
import { type StopStep, stopWhenAsked } from "./stop-process.server.ts";

function createProcess() {
  const events = new EventEmitter();
  const codes: number[] = [];
  let left = () => {};
  const exited = new Promise<void>((resolve) => {
    left = resolve;
  });
  return Object.assign(events, {
    codes,
    exited,
    exit(code: number) {
      codes.push(code);
      left();
    },
  });
}
const step = (name: string, done: string[], run: () => Promise<void> = async () => {}): StopStep => ({
  name,
  withinMs: 50,
  run: async () => {
    await run();
    done.push(name);
  },
});

describe("stopping", () => {
  it("runs the steps in order and exits with 0", async () => {
    const process = createProcess();
    const done: string[] = [];
    stopWhenAsked({
      process,
      by: "signals",
      log: silentLogger,
      steps: [step("server", done), step("queue", done), step("database", done)],
    });
    process.emit("SIGTERM");
    await process.exited;
    expect([done, process.codes]).toEqual([["server", "queue", "database"], [0]]);
  });

  it("leaves a step behind that hangs or fails, and says so", async () => {
    const process = createProcess();
    const done: string[] = [];
    const warnings: unknown[] = [];
    const steps = [
      step("hangs", done, () => new Promise(() => {})),
      step("fails", done, async () => {
        throw new Error("broken");
      }),
      step("last", done),
    ];
    stopWhenAsked({ process, by: "signals", log: { ...silentLogger, warn: (_step, details) => warnings.push(details?.name) }, steps });
    process.emit("SIGINT");
    await process.exited;
    expect([done, warnings, process.codes]).toEqual([["last"], ["hangs", "fails"], [0]]);
  });

  it("ends at once at the second signal", () => {
    const process = createProcess();
    stopWhenAsked({ process, by: "signals", log: silentLogger, steps: [step("hangs", [], () => new Promise(() => {}))] });
    process.emit("SIGTERM");
    process.emit("SIGINT");
    expect(process.codes).toEqual([1]);
  });

  it.each(["message", "disconnect"])("as a child ignores signals and obeys its parent's %s", async (event) => {
    const process = createProcess();
    const done: string[] = [];
    stopWhenAsked({ process, by: "parent", log: silentLogger, steps: [step("server", done)] });
    process.emit("SIGINT");
    process.emit("SIGTERM");
    process.emit("message", { other: true });
    expect(done).toEqual([]);
    process.emit(event, "stop");
    await process.exited;
    expect([done, process.codes]).toEqual([["server"], [0]]);
  });

  it("can be begun from inside, once", async () => {
    const process = createProcess();
    const done: string[] = [];
    const begin = stopWhenAsked({ process, by: "signals", log: silentLogger, steps: [step("server", done)] });
    await Promise.all([begin("port lost"), begin("again")]);
    expect([done, process.codes]).toEqual([["server"], [0]]);
  });
});
