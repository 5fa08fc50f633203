/**
 * Shopify's own session storage behind a wrapper: tokens are sealed to their row before they are stored, and what the library
 * would keep of a staff member (name, e-mail) is dropped.
 */
import { Session } from "@shopify/shopify-api";
import type { SessionStorage } from "@shopify/shopify-app-session-storage";
import { PrismaSessionStorage } from "@shopify/shopify-app-session-storage-prisma";
import type { Database, PrismaTx } from "#app/data/database.server.ts";
import type { Keyring } from "#app/platform/sealing.server.ts";

type SessionTable = PrismaTx["session"];

/** Sessions belong to no seller's table; the wall wants some seller in every transaction. */
const NOBODY = "00000000-0000-0000-0000-000000000000";
const TABLE = "shopify_session";

export function createSealedSessions(options: { db: Database; sealer: Keyring }): SessionStorage {
  const { sealer } = options;
  const inner = new PrismaSessionStorage({ session: sessionTable(options.db) } as unknown as ConstructorParameters<
    typeof PrismaSessionStorage
  >[0]);

  const seal = (id: string, field: string, token: string | undefined) =>
    token ? sealer.seal(token, { table: TABLE, rowId: id, field }) : token;
  const open = (id: string, field: string, sealed: string | undefined) =>
    sealed ? sealer.open(sealed, { table: TABLE, rowId: id, field }) : sealed;

  function sealed(session: Session): Session {
    const { onlineAccessInfo: _dropped, ...kept } = session.toObject();
    return new Session({
      ...kept,
      accessToken: seal(session.id, "access_token", session.accessToken),
      refreshToken: seal(session.id, "refresh_token", session.refreshToken),
    });
  }

  function opened(session: Session): Session {
    return new Session({
      ...session.toObject(),
      accessToken: open(session.id, "access_token", session.accessToken),
      refreshToken: open(session.id, "refresh_token", session.refreshToken),
    });
  }

  return {
    async storeSession(session) {
      const row = sealed(session);
      try {
        return await inner.storeSession(row);
      } catch {
        // Two first visits at once both insert; the library looks for an error class that this Prisma client does not have.
        return inner.storeSession(row);
      }
    },
    async loadSession(id) {
      const session = await inner.loadSession(id);
      return session && opened(session);
    },
    deleteSession: (id) => inner.deleteSession(id),
    deleteSessions: (ids) => inner.deleteSessions(ids),
    async findSessionsByShop(shop) {
      return (await inner.findSessionsByShop(shop)).map(opened);
    },
  };
}

/** The part of a Prisma client that the storage uses, on top of our own transactions. */
function sessionTable(db: Database) {
  const inTransaction =
    <A, R>(call: (table: SessionTable, args: A) => Promise<R>) =>
    (args: A): Promise<R> =>
      db.read(NOBODY, (prisma) => call(prisma.session, args));
  return {
    upsert: inTransaction((table, args: Parameters<SessionTable["upsert"]>[0]) => table.upsert(args)),
    findUnique: inTransaction((table, args: Parameters<SessionTable["findUnique"]>[0]) => table.findUnique(args)),
    findMany: inTransaction((table, args: Parameters<SessionTable["findMany"]>[0]) => table.findMany(args)),
    delete: inTransaction((table, args: Parameters<SessionTable["delete"]>[0]) => table.delete(args)),
    deleteMany: inTransaction((table, args: Parameters<SessionTable["deleteMany"]>[0]) => table.deleteMany(args)),
    count: inTransaction((table, _args: undefined) => table.count()),
  };
}
