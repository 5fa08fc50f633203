import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "#app/testing/test-database.ts";
import { readDataMap, readSchema } from "../../scripts/data-map.ts";
import { type Database, openDatabase } from "./database.server.ts";

const A = "0190a000-0000-7000-8000-00000000000a";
const B = "0190a000-0000-7000-8000-00000000000b";
const DENIED = "42501";
const APPEND_ONLY = ["movement", "audit_event", "shown_change", "consent"];
/** Tables of no seller; what they hold is in docs/data-map.md. */
const ACTING = ["channel:ebay", "channel:etsy", "channel:shopify", "channel:woocommerce", "engine"];
const OF_NO_SELLER = ["_prisma_migrations", "call_budget", "erasure_note", "lease", "shopify_grant"];

type Column = { table: string; column: string; type: string; udt: string };

const addresses = testDatabase();
const roles = {
  web: client(addresses.web),
  worker: client(addresses.worker),
  intake: client(addresses.intake),
  erasure: client(addresses.erasure),
};
let web: Database;
let columns: Column[];
/** Every table with a seller, and the column that says whose row it is. */
let walled: { table: string; owner: string }[];

function client(url: string): pg.Client {
  return new pg.Client({ connectionString: url });
}

/** SQLSTATE of the refusal, or how many rows were touched. */
async function attempt(who: pg.Client, text: string, values: unknown[] = []): Promise<string | number | null> {
  await who.query("savepoint attempt").catch(() => null);
  try {
    return (await who.query(text, values)).rowCount;
  } catch (error) {
    return error instanceof pg.DatabaseError ? (error.code ?? "no code") : "no database error";
  } finally {
    await who.query("rollback to savepoint attempt").catch(() => null);
  }
}

async function asSeller<T>(who: pg.Client, seller: string, work: () => Promise<T>): Promise<T> {
  await who.query("begin");
  await who.query("select set_config('app.seller', $1, true)", [seller]);
  try {
    return await work();
  } finally {
    await who.query("rollback");
  }
}

/** A value that fits a column, so that a table that comes tomorrow is tested without being named here. */
function sample(c: Column, seller: string, labels: Map<string, string>): unknown {
  if (c.column === "seller_id" || (c.table === "seller" && c.column === "id")) return seller;
  if (c.column === "state" && c.table === "outside_edit") return "decided";
  const label = labels.get(c.udt);
  if (label !== undefined) return label;
  switch (c.type) {
    case "uuid":
      return crypto.randomUUID();
    case "jsonb":
      return "[]";
    case "boolean":
      return false;
    case "integer":
    case "bigint":
    case "double precision":
      return 1;
    case "integer[]":
    case "text[]":
      return [];
    case "date":
    case "timestamp with time zone":
    case "timestamp without time zone":
      return new Date();
    default:
      return crypto.randomUUID();
  }
}

async function insert(who: pg.Client, table: string, seller: string): Promise<string | number | null> {
  const { rows } = await roles.worker.query<{ name: string; label: string }>(
    "select t.typname as name, min(e.enumlabel) as label from pg_type t join pg_enum e on e.enumtypid = t.oid group by 1",
  );
  const labels = new Map(rows.map((r) => [r.name, r.label]));
  const own = columns.filter((c) => c.table === table);
  const names = own.map((c) => `"${c.column}"`).join(", ");
  const marks = own.map((_, i) => `$${i + 1}`).join(", ");
  return attempt(
    who,
    `insert into "${table}" (${names}) values (${marks})`,
    own.map((c) => sample(c, seller, labels)),
  );
}

async function rowsOf(seller: string): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {};
  for (const { table, owner } of walled)
    found[table] = (
      await roles.worker.query(`select to_jsonb(t) as row from "${table}" t where "${owner}" = $1 order by 1`, [seller])
    ).rows;
  return found;
}

beforeAll(async () => {
  await Promise.all(Object.values(roles).map((role) => role.connect()));
  web = openDatabase({ url: addresses.web, role: "web" });
  columns = (
    await roles.worker.query<Column>(
      `select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type, t.typname as udt
       from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace join pg_type t on t.oid = a.atttypid
       where n.nspname = 'public' and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped order by 1, a.attnum`,
    )
  ).rows;
  walled = [
    { table: "seller", owner: "id" },
    ...columns.filter((c) => c.column === "seller_id").map((c) => ({ table: c.table, owner: "seller_id" })),
  ];
  for (const { table } of walled)
    for (const seller of [A, B]) expect([table, await insert(roles.worker, table, seller)]).toEqual([table, 1]);
});

afterAll(async () => {
  await web.close();
  await Promise.all(Object.values(roles).map((role) => role.end()));
});

describe("the wall between sellers", () => {
  it("stands around every table but the few that belong to no seller", async () => {
    const { rows } = await roles.worker.query<{ name: string; walled: boolean }>(
      "select relname as name, relrowsecurity as walled from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and relkind = 'r' order by 1",
    );
    expect(rows.length).toBeGreaterThan(25);
    expect(rows.filter((r) => !r.walled).map((r) => r.name)).toEqual(OF_NO_SELLER);
  });

  it("is climbed by no role's rank: none is a superuser, passes row-level security, owns a table or may become another", async () => {
    const { rows } = await roles.worker.query(
      `select rolname, rolsuper or rolbypassrls or rolcreaterole as rank, exists (select from pg_class c where c.relowner = r.oid) as owns,
         (select count(*)::int from pg_auth_members m where m.member = r.oid) as memberships
       from pg_roles r where rolname = any($1) order by 1`,
      [["intake", "web", "worker", "erasure"].map((r) => `inventorysync_${r}`)],
    );
    expect(rows).toHaveLength(4);
    expect(rows.filter((r) => r.rank || r.owns || r.memberships > 0)).toEqual([]);
  });

  it("shows the web role the rows of the seller that was set, and no others", async () => {
    const seen = await web.write(A, async (sql) => {
      const counts: [string, number, number][] = [];
      for (const { table, owner } of walled) {
        const [row] = await sql.query<{ mine: number; all: number }>(
          `select count(*) filter (where "${owner}" = $1)::int as mine, count(*)::int as all from "${table}"`,
          [A],
        );
        counts.push([table, row?.mine ?? -1, row?.all ?? -1]);
      }
      return counts;
    });
    // A seller's row brings those who act for every seller along.
    expect(seen).toEqual(walled.map(({ table }) => (table === "actor" ? [table, 1 + ACTING.length, 1 + ACTING.length] : [table, 1, 1])));
  });

  it("lets one who acts for several sellers be named in each one's history, and to each seller only his own", async () => {
    const person = "person:anna";
    const named = async (seller: string) =>
      web.write(seller, async (sql) => {
        await sql.query(
          `insert into actor (key, seller_id, kind, label) values ($1, $2, 'person', 'Anna') on conflict (seller_id, key) do nothing`,
          [person, seller],
        );
        const rows = await sql.query<{ key: string; kind: string; label: string }>(
          "select key, kind, label from actor where key = $1 or key = any($2) order by kind, key",
          [person, ACTING],
        );
        return rows.map((row) => `${row.kind} ${row.key} ${row.label}`);
      });
    const all = [
      ...["channel channel:ebay eBay", "channel channel:etsy Etsy", "channel channel:shopify Shopify"],
      ...["channel channel:woocommerce WooCommerce", "engine engine InventorySync", "person person:anna Anna"],
    ];
    expect(await named(A)).toEqual(all);
    expect(await named(B)).toEqual(all);
    await roles.erasure.query("delete from actor where key = $1", [person]);
  });

  it("shows nothing while no seller is set, an unknown one is set, or after a transaction that had one", async () => {
    await web.write(A, (sql) => sql.query("select 1"));
    for (const { table, owner } of walled) {
      const [row] = await web.plain.query<{ n: number }>(`select count("${owner}")::int as n from "${table}"`);
      expect([table, row?.n]).toEqual([table, 0]);
    }
    const [stranger] = await web.write(crypto.randomUUID(), (sql) => sql.query<{ n: number }>("select count(*)::int as n from connection"));
    expect(stranger?.n).toBe(0);
  });

  it("leaves the other seller's rows untouched, whatever is tried", async () => {
    const before = await rowsOf(B);
    for (const { table, owner } of walled) {
      const tried = await asSeller(roles.web, A, async () => [
        await attempt(roles.web, `update "${table}" set "${owner}" = "${owner}" where "${owner}" = $1`, [B]),
        await attempt(roles.web, `delete from "${table}" where "${owner}" = $1`, [B]),
        await attempt(roles.web, `update "${table}" set "${owner}" = $1`, [B]),
        await insert(roles.web, table, B),
      ]);
      // Nothing found, or not allowed at all; moving an own row over or making one for the other is refused.
      expect([table, tried.slice(0, 2).every((t) => t === 0 || t === DENIED), ...tried.slice(2)]).toEqual([table, true, DENIED, DENIED]);
    }
    expect(await rowsOf(B)).toEqual(before);
  });

  it("stands behind Prisma as well", async () => {
    const [connections, items, movements, changed] = await web.read(A, async (prisma) => [
      await prisma.connection.findMany({ select: { sellerId: true } }),
      await prisma.stockItem.findMany({ select: { sellerId: true } }),
      await prisma.movement.findMany({ select: { sellerId: true } }),
      await prisma.alert.updateMany({ where: { sellerId: B }, data: { text: "taken" } }),
    ]);
    for (const found of [connections, items, movements]) expect(found).toEqual([{ sellerId: A }]);
    expect(changed).toEqual({ count: 0 });
  });

  it("lets a person be seen by colleagues only", async () => {
    const { rows } = await roles.worker.query<{ id: string }>("select user_id as id from membership where seller_id = $1", [B]);
    await roles.worker.query("insert into app_user (id, external_id, email, name) values ($1, 'ext', 'b@b.invalid', 'B')", [rows[0]?.id]);
    const seenBy = (seller: string) => web.write(seller, (sql) => sql.query("select id from app_user"));
    expect(await seenBy(A)).toEqual([]);
    expect(await seenBy(B)).toEqual(rows);
  });
});

describe("what is written once", () => {
  it.each(APPEND_ONLY)("%s is neither changed nor removed by web and worker", async (table) => {
    for (const role of [roles.web, roles.worker]) {
      const tried = await asSeller(role, A, async () => [
        await attempt(role, `update "${table}" set seller_id = seller_id`),
        await attempt(role, `delete from "${table}"`),
        await attempt(role, `truncate "${table}"`),
      ]);
      expect(tried).toEqual([DENIED, DENIED, DENIED]);
    }
  });

  it("goes only by the erasure role, which changes nothing", async () => {
    for (const table of APPEND_ONLY) {
      const tried = await asSeller(roles.erasure, A, async () => [
        await attempt(roles.erasure, `update "${table}" set seller_id = seller_id`),
        await attempt(roles.erasure, `delete from "${table}" where seller_id = $1`, [A]),
      ]);
      expect([table, ...tried]).toEqual([table, DENIED, 1]);
    }
  });
});

describe("sealed credentials", () => {
  it("cannot be read by the web role, which may know that they are there", async () => {
    const tried = await asSeller(roles.web, A, async () => [
      await attempt(roles.web, "select sealed from connection_secret"),
      await attempt(roles.web, "select * from connection_secret"),
      await attempt(roles.web, "update connection_secret set sealed = 'x' returning sealed"),
      await attempt(roles.web, "select 1 from connection_secret where sealed like '%'"),
      await attempt(roles.web, "select id, kind, expires_at from connection_secret"),
    ]);
    expect(tried).toEqual([DENIED, DENIED, DENIED, DENIED, 1]);
    await expect(web.read(A, (prisma) => prisma.connectionSecret.findFirst())).rejects.toThrow();
  });

  it("of an account that is only being connected neither; and the web role cannot say that it became a connection", async () => {
    const tried = await asSeller(roles.web, A, async () => [
      await attempt(roles.web, "select sealed from connect_attempt"),
      await attempt(roles.web, "select code_sealed from connect_attempt"),
      await attempt(roles.web, "select verifier_sealed from connect_attempt"),
      await attempt(roles.web, "update connect_attempt set state = 'ready' returning sealed"),
      await attempt(roles.web, "update connect_attempt set connection_id = id"),
      await attempt(roles.web, "update connect_attempt set seller_id = seller_id"),
      await attempt(roles.web, "delete from connect_attempt"),
      await attempt(roles.web, "update connect_attempt set sealed = 'x'"),
      await attempt(roles.web, "select id, state, expires_at from connect_attempt"),
    ]);
    expect(tried).toEqual([DENIED, DENIED, DENIED, DENIED, DENIED, DENIED, DENIED, 1, 1]);
  });
});

describe("the intake role", () => {
  it("touches no table", async () => {
    for (const table of new Set(columns.map((c) => c.table))) {
      const tried = await asSeller(roles.intake, A, async () => [
        await attempt(roles.intake, `select 1 from "${table}"`),
        await attempt(roles.intake, `delete from "${table}"`),
        await insert(roles.intake, table, A),
      ]);
      // The list of migrations may be read: readiness asks for it.
      expect([table, ...tried.slice(1)]).toEqual([table, DENIED, DENIED]);
      expect([table, tried[0] === DENIED]).toEqual([table, table !== "_prisma_migrations"]);
    }
  });

  it("may call its seven functions and no other of ours", async () => {
    const { rows } = await roles.worker.query<{ name: string; intake: boolean; web: boolean; searchPath: boolean; definer: boolean }>(
      `select p.proname as name, has_function_privilege('inventorysync_intake', p.oid, 'execute') as intake,
         has_function_privilege('inventorysync_web', p.oid, 'execute') as web,
         coalesce(p.proconfig::text like '%search_path=%', false) as "searchPath", p.prosecdef as definer
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public' and p.prorettype <> 'trigger'::regtype order by 1`,
    );
    expect(rows.filter((r) => r.intake).map((r) => r.name)).toEqual([
      "intake_connection",
      "intake_grant_refuse",
      "intake_grant_take",
      "intake_hand_over",
      "intake_hand_over_keep",
      "intake_record",
      "intake_secret",
    ]);
    expect(rows.filter((r) => r.web).map((r) => r.name)).not.toContain("intake_secret");
    expect(rows.filter((r) => r.web && /^intake_(hand_over|grant)/.test(r.name))).toEqual([]);
    // A definer's function that follows the caller's search path would run the caller's tables with the owner's rights.
    expect(rows.filter((r) => r.definer && !r.searchPath)).toEqual([]);
  });
});

it("every column of the database is in the data map", () => {
  const mapped = new Set(readDataMap(readSchema()).tables.flatMap((t) => t.columns.map((c) => `${t.table}.${c.column}`)));
  const held = columns.filter((c) => c.table !== "_prisma_migrations").map((c) => `${c.table}.${c.column}`);
  expect(held.filter((name) => !mapped.has(name))).toEqual([]);
  expect(mapped.size).toBe(held.length);
});
