import pg from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { createTcpRelay } from "#app/testing/tcp-relay.ts";
import { testDatabase } from "#app/testing/test-database.ts";
import { portOrAnother } from "../../scripts/free-port.ts";
import { silentLogger } from "./log.server.ts";
import { expectedMigrations, missingMigrations, proveDatabase } from "./prove-database.server.ts";

const FOLDER = new URL("../../prisma/migrations", import.meta.url).pathname;
const clients: pg.Client[] = [];
afterEach(() => Promise.all(clients.splice(0).map((client) => client.end())));

async function asAdmin(): Promise<(text: string) => Promise<object[]>> {
  const client = new pg.Client({ connectionString: testDatabase().admin });
  await client.connect();
  clients.push(client);
  return async (text) => (await client.query(text)).rows;
}

describe("proving the database", () => {
  it.each(["web", "worker", "intake"] as const)("succeeds as %s where all migrations are applied", async (role) => {
    const migrations = expectedMigrations(FOLDER);
    expect(migrations.length).toBeGreaterThan(0);
    await expect(proveDatabase(testDatabase()[role], migrations, { log: silentLogger })).resolves.toBeUndefined();
  });

  it("waits for a migration that is still to come, saying which", async () => {
    const query = await asAdmin();
    const said: unknown[] = [];
    const arrived = Promise.withResolvers<void>();
    const proving = proveDatabase(testDatabase().web, ["99990101000000_later"], {
      retryEveryMs: 20,
      log: {
        ...silentLogger,
        warn: (_step, details) => {
          said.push(details?.message);
          arrived.resolve();
        },
      },
    });
    await arrived.promise;
    expect(said[0]).toMatch(/1 migration\(s\) are missing, the first is 99990101000000_later/);
    await query(
      "insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count) values ('later', 'x', '99990101000000_later', now(), 1)",
    );
    await expect(proving).resolves.toBeUndefined();
  });

  it("does not count a migration that failed or was rolled back", async () => {
    const query = await asAdmin();
    await query(
      "insert into _prisma_migrations (id, checksum, migration_name, applied_steps_count) values ('broken', 'x', '99990102000000_broken', 0)",
    );
    expect(await missingMigrations(["99990102000000_broken"], query)).toEqual(["99990102000000_broken"]);
  });

  it("counts all as missing while the list is not there or not yet open to it", async () => {
    const query = await asAdmin();
    const migrations = expectedMigrations(FOLDER);
    await query("begin");
    await query("revoke select on _prisma_migrations from inventorysync_worker");
    await query("set local role inventorysync_worker");
    expect(await missingMigrations(migrations, query)).toEqual(migrations);
    await query("reset role");
    await query("alter table _prisma_migrations rename to elsewhere");
    expect(await missingMigrations(migrations, query)).toEqual(migrations);
    await query("rollback");
    expect(await missingMigrations(migrations, query)).toEqual([]);
  });

  it("waits for a server that is away", async () => {
    const direct = new URL(testDatabase().web);
    const relay = createTcpRelay(await portOrAnother(), { host: direct.hostname, port: Number(direct.port) });
    direct.port = String(relay.port);
    const arrived = Promise.withResolvers<void>();
    const proving = proveDatabase(direct.href, [], { retryEveryMs: 20, log: { ...silentLogger, warn: () => arrived.resolve() } });
    await arrived.promise;
    await relay.up();
    await expect(proving).resolves.toBeUndefined();
    await relay.down();
  });

  it("refuses at once a password that is wrong and a database that does not exist", async () => {
    const wrong = new URL(testDatabase().web);
    wrong.password = "wrong";
    await expect(proveDatabase(wrong.href, [], { log: silentLogger })).rejects.toThrow(/password/);
    const nowhere = new URL(testDatabase().web);
    nowhere.pathname = "/nowhere";
    await expect(proveDatabase(nowhere.href, [], { log: silentLogger })).rejects.toThrow(/nowhere/);
  });
});
