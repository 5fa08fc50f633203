/**
 * The map of app/: who may import whom. A room may import itself and what its row names; nothing else. README.md shows the same
 * map in words. Test files, app/testing and app/demo may import anything, and nobody may import the last two.
 */
export const ROOMS = {
  domain: [],
  platform: [],
  channels: ["domain", "platform"],
  services: ["domain", "platform"],
  documents: ["domain"],
  data: ["domain", "platform"],
  jobs: ["domain", "platform"],
  flows: ["domain", "data", "channels", "services", "documents", "jobs", "platform"],
  views: ["domain", "data", "platform"],
  worker: ["flows", "jobs", "platform"],
  ui: ["domain"],
  routes: ["flows", "views", "ui", "domain", "platform", "front"],
  screens: ["flows", "views", "ui", "domain", "platform", "front"],
  webhooks: ["flows", "platform"],
  sandbox: ["platform"],
  /** What screens know of who is asking (front.server.ts): the authenticators' common port. */
  front: ["flows", "domain", "platform"],
  /** One authenticator per front, and what they share. */
  authenticators: ["front", "services", "data", "platform", "flows", "domain"],
  /** root.tsx and Remix's entries: the frame around every page. */
  frame: ["ui", "front", "domain", "platform"],
  /** app/routes.ts and app/server.ts join doors, pages and health; they hold no rule. */
  server: ["webhooks", "flows", "jobs", "platform", "front", "views"],
  /** The entries that put a process together from all its parts. */
  composition: [
    "domain",
    "platform",
    "channels",
    "services",
    "documents",
    "data",
    "jobs",
    "flows",
    "views",
    "worker",
    "webhooks",
    "server",
    "front",
    "authenticators",
  ],
  demo: "anything",
  testing: "anything",
} as const satisfies Record<string, readonly string[] | "anything">;

export type Room = keyof typeof ROOMS;

/** Files at the top of app/, and those inside a room that put a process together. */
const SINGLE_FILES: [RegExp, Room][] = [
  [/^app\/(web\.server|worker\/main\.server|compose[\w-]*\.server)\.ts$/, "composition"],
  [/^app\/(routes|server)\.ts$/, "server"],
  [/^app\/(root|entry\.server|entry\.client)\.tsx$/, "frame"],
  [/^app\/front\.server\.ts$/, "front"],
  [/^app\/(shopify|shopify-people|shopify-sessions|portal)\.server\.ts$/, "authenticators"],
];

/** The room of a file below app/; null when it stands in none, which is itself a mistake. */
export function roomOf(path: string): Room | null {
  for (const [pattern, room] of SINGLE_FILES) if (pattern.test(path)) return room;
  const folder = path.split("/")[1] ?? "";
  return folder in ROOMS && path.split("/").length > 2 ? (folder as Room) : null;
}

/** Packages that only some rooms may know. */
const PACKAGE_OWNERS: { packages: RegExp; rooms: readonly Room[]; why: string }[] = [
  { packages: /^@prisma\//, rooms: ["data"], why: "only data knows Prisma" },
  { packages: /^bullmq$/, rooms: ["jobs"], why: "only jobs knows BullMQ" },
  {
    packages: /^express$|^@remix-run\/express$/,
    rooms: ["server", "webhooks", "composition"],
    why: "only the server and the machine doors know express",
  },
  {
    packages: /^@remix-run\/(?!express)/,
    rooms: ["routes", "screens", "ui", "frame", "front", "authenticators", "server", "composition"],
    why: "Remix stays with the pages",
  },
  {
    packages: /^@shopify\/(polaris|app-bridge)/,
    rooms: ["ui", "routes", "screens", "frame"],
    why: "Polaris and App Bridge stay with what people see",
  },
];

export type Import = {
  from: string;
  /** As written. */
  specifier: string;
  /** Path below the project for our own files, otherwise the package's or Node module's name. */
  to: string;
  ours: boolean;
};

/** Why this import is forbidden, in words; null when it is allowed. */
export function objection({ from, specifier, to, ours }: Import): string | null {
  const room = roomOf(from);
  if (room === null) return `${from} stands in no room`;
  const allowed: readonly string[] | "anything" = ROOMS[room];
  if (!ours) return allowed === "anything" ? null : objectionToPackage(room, from, to);
  const target = roomOf(to);
  if (target === null) return allowed === "anything" ? null : `${from} imports ${to}, which stands in no room`;
  // Folders say what a line crosses; two single files at the top of app/ are neighbours.
  const sameFolder = from.split("/").slice(0, -1)[1] === to.split("/").slice(0, -1)[1];
  if (sameFolder === specifier.startsWith("#app/")) {
    return `${from} imports ${to} as "${specifier}": inside a room relative, across rooms by #app/`;
  }
  if (allowed === "anything") return null;
  if (target !== room && !allowed.includes(target)) return `${room} may not import ${target}: ${from} -> ${to}`;
  return objectionToNeighbour(from, to);
}

function objectionToPackage(room: Room, from: string, name: string): string | null {
  if (room === "domain") return `domain knows no package and no Node module: ${from} -> ${name}`;
  const owner = PACKAGE_OWNERS.find((owner) => owner.packages.test(name));
  return owner && !owner.rooms.includes(room) ? `${owner.why}: ${from} -> ${name}` : null;
}

/** Finer lines inside and between rooms. */
function objectionToNeighbour(from: string, to: string): string | null {
  const connector = /^app\/(?:channels|sandbox)\/([^/]+)\//;
  const own = connector.exec(from)?.[1];
  const other = connector.exec(to)?.[1];
  const sameTree = from.split("/")[1] === to.split("/")[1];
  if (own && other && own !== other && sameTree) return `one channel imports another: ${from} -> ${to}`;
  if (roomOf(from) === "flows" && roomOf(to) === "channels" && other)
    return `flows know channels by port and registry only: ${from} -> ${to}`;
  if (roomOf(from) === "ui" && /\.server\.tsx?$/.test(to)) return `ui knows no server: ${from} -> ${to}`;
  return null;
}
