/** Ways to break the engine, each of which the soak must notice. Applied to a copy of the sources, never to the sources themselves. */
export type Mutation = {
  name: string;
  /** Each text must stand exactly once in its file. */
  changes: { file: string; find: string; replace: string }[];
  /** A seed in whose climate it shows. */
  seed: number;
  /** What the oracle is expected to say. */
  caughtBy: string[];
};

export const MUTATIONS: Mutation[] = [
  {
    name: "no stale check: an older snapshot of an order is taken as news",
    changes: [
      {
        file: "app/domain/order-effects.ts",
        find: "if (snapshot.updatedAt.getTime() !== known.updatedAt.getTime()) return snapshot.updatedAt > known.updatedAt;",
        replace: "if (snapshot.updatedAt.getTime() !== known.updatedAt.getTime()) return true;",
      },
    ],
    seed: 11,
    caughtBy: ["every order counted once", "ledger = orders + adjustments", "it settles"],
  },
  {
    name: "no read before a raise",
    changes: [
      {
        file: "app/flows/write-gate.server.ts",
        find: "if (rising.length === 0) return [];",
        replace: "if (rising.length >= 0) return [];",
      },
      {
        file: "app/flows/drain-connection.server.ts",
        find: 'if (open.capabilities.compare !== "atomic") return writes;',
        replace: "if (writes.length >= 0) return writes;",
      },
    ],
    seed: 12,
    caughtBy: ["no sold unit comes back", "ledger = orders + adjustments"],
  },
  {
    name: "no dedupe: what the ledger holds of an order is not asked",
    changes: [
      {
        file: "app/flows/apply-orders.server.ts",
        find: "const change = difference(desiredEffect(row, units), so_far);",
        replace: "const change = difference(desiredEffect(row, units), { onHand: 0, reserved: 0 });",
      },
    ],
    seed: 11,
    caughtBy: ["ledger = orders + adjustments", "every order counted once"],
  },
  {
    name: "lease off: whoever wants to drain may",
    changes: [
      {
        file: "app/data/lease.server.ts",
        find: "       where l.until is null or l.until < clock_timestamp()\n     returning fence",
        replace: "     returning fence",
      },
      {
        file: "app/data/quantities.server.ts",
        find: "select 1 from lease where name = $1 and holder = $2 and fence = $3 and until > clock_timestamp() + $4 * interval '1 ms'",
        replace: "select 1 where $1::text is not null and $2::text is not null and $3::bigint is not null and $4::int is not null",
      },
    ],
    seed: 11,
    // Two at once take each other's writes for somebody else's.
    caughtBy: ["one drain at a time", "ledger = orders + adjustments", "no number above what the ledger had"],
  },
  {
    name: "echo off: our own write coming back asks for a look",
    changes: [
      {
        file: "app/flows/echo.server.ts",
        find: "  if (hint.quantity === null || row.target === null) return false;",
        replace: "  if (hint.quantity !== undefined) return false;\n  if (hint.quantity === null || row.target === null) return false;",
      },
    ],
    seed: 11,
    caughtBy: ["calls per change"],
  },
  {
    name: "the gate does not ask whether writing was stopped",
    changes: [
      {
        file: "app/data/quantities.server.ts",
        find: "and c.paused_at is null and c.blind_since is null and s.stopped_at is null and s.restricted_at is null\n     returning q.id",
        replace: "\n     returning q.id",
      },
      { file: "app/data/connections.server.ts", find: "    connection.pausedAt === null &&\n", replace: "" },
      { file: "app/data/connections.server.ts", find: "    connection.stoppedAt === null &&\n", replace: "" },
    ],
    seed: 11,
    caughtBy: ["no write while paused", "no write while stopped"],
  },
];
