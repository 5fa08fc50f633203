/** Puts the simulated outside world together: one server, four platforms, a control API and pages for people. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type ChannelDesk, openDesk, type SandboxGround, type SimulatorFactory } from "./channel-desk.ts";
import type { Controlled } from "./control.ts";
import { Journal } from "./journal.ts";
import { STATE_VERSION, StateFile } from "./persistence.ts";
import { routeRequest } from "./route-request.ts";
import type { ChannelName, Simulator, WorldSeed } from "./simulator.ts";
import { loadSimulators } from "./simulators.ts";
import { realTimers, type Timers } from "./timers.ts";
import { DEFAULT_ITEMS, makeWorld } from "./world.ts";

export type SandboxOptions = {
  /** 0 takes a free one. */
  port: number;
  /** A loopback name or address; any other is refused, since whoever reaches the control API owns this world. */
  host?: string;
  /** Keeps the world in this folder; without it the world lives in memory only. */
  dataDir?: string;
  seed?: number;
  items?: number;
  /** Which platforms run; default all four. */
  simulators?: Partial<Record<ChannelName, SimulatorFactory>>;
  now?: () => Date;
  timers?: Timers;
};

export type Sandbox = {
  /** e.g. http://127.0.0.1:4010, without a final slash. */
  origin: string;
  /** The present world's; both objects stay the same over resets, their entries do not. */
  simulators: Partial<Record<ChannelName, Simulator>>;
  desks: Partial<Record<ChannelName, ChannelDesk>>;
  /** A new world with new ids; faults end, counts begin at zero, doors stay. */
  reset(how?: { seed?: number; items?: number }): void;
  world(): WorldSeed;
  /** Resolves when each queued webhook has had its first answer. */
  settled(): Promise<void>;
  stop(): Promise<void>;
};

const LOOPBACK = ["127.0.0.1", "localhost"];

/** Rejects with the server's error (EADDRINUSE) when it cannot listen. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const host = options.host ?? "127.0.0.1";
  if (!LOOPBACK.includes(host)) throw new Error(`the sandbox stands on loopback only, not at ${host}`);
  const factories = options.simulators ?? (await loadSimulators());
  const now = options.now ?? (() => new Date());
  let seed = options.seed ?? 1;
  let items = options.items ?? DEFAULT_ITEMS;
  let world = makeWorld(seed, items);
  let origin = "";
  let lastId = 100_000;
  let doors: Partial<Record<ChannelName, string>> = {};
  let file: StateFile | null = null;
  const desks: Partial<Record<ChannelName, ChannelDesk>> = {};
  const simulators: Partial<Record<ChannelName, Simulator>> = {};
  const all = () => Object.values(desks);

  if (options.dataDir) {
    file = new StateFile(options.dataDir, () => ({
      version: STATE_VERSION,
      seed,
      items,
      lastId,
      journalNumber: ground.journal.lastNumber,
      doors,
      channels: Object.fromEntries(
        all().map(({ channel, random, simulator }) => [channel, { random: random.state(), state: simulator.save() }]),
      ),
    }));
  }
  const saved = file?.read() ?? null;
  if (saved) ({ seed, items, lastId, doors } = saved);
  if (saved) world = makeWorld(seed, items);

  const ground: SandboxGround = {
    seed,
    now,
    timers: options.timers ?? realTimers,
    journal: new Journal(saved?.journalNumber ?? 0),
    nextId: () => ++lastId,
    origin: () => origin,
    touched: () => file?.saveSoon(),
  };

  const setDoors = (given: Partial<Record<ChannelName, string>>) => {
    doors = { ...doors, ...given };
    for (const { channel, simulator } of all()) if (doors[channel]) simulator.setDoor?.(doors[channel]);
    ground.touched();
  };
  const reset = (how: { seed?: number; items?: number } = {}) => {
    seed = how.seed ?? seed;
    items = how.items ?? items;
    world = makeWorld(seed, items);
    ground.seed = seed;
    ground.journal.forget();
    for (const [channel, create] of Object.entries(factories)) {
      const name = channel as ChannelName;
      const old = desks[name];
      old?.deliveries.reset();
      desks[name] = openDesk(name, create, ground, old);
      simulators[name] = desks[name].simulator;
      simulators[name].reset(world);
    }
    setDoors({});
  };

  const controlled: Controlled = { desks, world: () => world, reset, setDoors, touched: () => ground.touched() };
  const server = createServer((incoming, outgoing) => void routeRequest(controlled, () => origin, incoming, outgoing));
  origin = await listen(server, options.port, host);

  reset();
  for (const desk of all()) {
    const kept = saved?.channels[desk.channel];
    if (!kept) continue;
    desk.simulator.load(kept.state);
    desk.random.restore(kept.random);
  }
  setDoors({});

  return {
    origin,
    simulators,
    desks,
    reset,
    world: () => world,
    settled: async () => {
      await Promise.all(all().map((desk) => desk.deliveries.settled()));
    },
    async stop() {
      for (const desk of all()) desk.deliveries.reset();
      await file?.saveNow();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(`http://${host}:${(server.address() as AddressInfo).port}`);
    });
  });
}
