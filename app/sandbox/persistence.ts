/** Keeps the world in one file beside the demo's database, so that a second start meets the same shops, orders and tokens. */
import { mkdirSync, readFileSync, renameSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ChannelName } from "./simulator.ts";

export const STATE_VERSION = 1;

export type SavedSandbox = {
  version: number;
  seed: number;
  items: number;
  lastId: number;
  journalNumber: number;
  doors: Partial<Record<ChannelName, string>>;
  channels: Partial<Record<ChannelName, { random: number; state: unknown }>>;
};

const SOON_MS = 500;
/** A big world takes long to write: it is written at most for a small share of the time. */
const REST_FACTOR = 20;

export class StateFile {
  private readonly path: string;
  private readonly collect: () => SavedSandbox;
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();
  private restUntil = 0;

  /** Creates the folder. `collect` must hand out plain JSON data. */
  constructor(folder: string, collect: () => SavedSandbox) {
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, "sandbox.json");
    this.collect = collect;
  }

  /** null: nothing usable. A damaged file is put aside, never overwritten. */
  read(): SavedSandbox | null {
    let text: string;
    try {
      text = readFileSync(this.path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
    try {
      const saved = JSON.parse(text) as SavedSandbox;
      if (saved.version === STATE_VERSION) return saved;
      console.error("sandbox: the kept world is of another version; it is put aside and a new one begins");
    } catch {
      console.error("sandbox: the kept world cannot be read; it is put aside and a new one begins");
    }
    renameSync(this.path, `${this.path}.unreadable`);
    return null;
  }

  /** Writes soon; many changes share one write. */
  saveSoon(): void {
    if (this.timer) return;
    const pause = Math.max(SOON_MS, this.restUntil - performance.now());
    this.timer = setTimeout(() => {
      this.timer = null;
      this.saveNow().catch((error: unknown) => console.error(`sandbox: the world could not be kept (${String(error)})`));
    }, pause);
    this.timer.unref();
  }

  saveNow(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.writing = this.writing.catch(() => {}).then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    const started = performance.now();
    const draft = `${this.path}.new`;
    await writeFile(draft, JSON.stringify(this.collect()), { mode: 0o600 });
    await rename(draft, this.path);
    this.restUntil = performance.now() + (performance.now() - started) * REST_FACTOR;
  }
}
