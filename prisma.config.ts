/**
 * How Prisma's command line reaches the database without downloading anything: the schema engine that ships as WASM, on
 * adapter-pg. The adapter is wrapped here, and only here, because the schema engine asks it for more than it can do.
 */
import { randomUUID } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { defineConfig } from "prisma/config";

/** PostgreSQL's catalogue types that adapter-pg cannot read (oid 18 `"char"`, 19 `name`), and text, which it can. */
const CHAR_OID = 18;
const NAME_OID = 19;
const TEXT_OID = 25;
/** Prisma's column type for a single character. */
const CHARACTER_COLUMN = 6;

type Adapter = Awaited<ReturnType<PrismaPg["connect"]>>;
type Query = Parameters<Adapter["queryRaw"]>[0];
type Queryable = Pick<Adapter, "queryRaw">;
type PerformIo = (query: Query) => Promise<{ fields: { dataTypeID: number }[] }>;

/** Makes `queryRaw` answer for catalogue columns too. Each call works on its own view of the adapter, so calls may overlap. */
function readCatalogueTypes(queryable: Queryable): void {
  const queryRaw = queryable.queryRaw;
  const performIo = Reflect.get(queryable, "performIO") as PerformIo;
  queryable.queryRaw = async (query) => {
    const charColumns: number[] = [];
    const view = Object.create(queryable, {
      performIO: {
        value: async (asked: Query) => {
          const result = await performIo.call(queryable, asked);
          result.fields.forEach((field, i) => {
            if (field.dataTypeID === CHAR_OID) charColumns.push(i);
            if (field.dataTypeID === CHAR_OID || field.dataTypeID === NAME_OID) field.dataTypeID = TEXT_OID;
          });
          return result;
        },
      },
    });
    const answer = await queryRaw.call(view, query);
    for (const i of charColumns) answer.columnTypes[i] = CHARACTER_COLUMN;
    return answer;
  };
}

function wrap(adapter: Adapter, afterDispose?: () => Promise<void>): Adapter {
  readCatalogueTypes(adapter);
  const startTransaction = adapter.startTransaction.bind(adapter);
  adapter.startTransaction = async (isolationLevel) => {
    const transaction = await startTransaction(isolationLevel);
    readCatalogueTypes(transaction as Queryable);
    return transaction;
  };
  // The adapter cuts a script at every semicolon, also inside a function's body. Sent whole, it is one implicit transaction.
  adapter.executeScript = async (script) => {
    try {
      await adapter.underlyingDriver().query(script);
    } catch (error) {
      (Reflect.get(adapter, "onError") as (error: unknown) => never).call(adapter, error);
    }
  };
  if (afterDispose) {
    const dispose = adapter.dispose.bind(adapter);
    adapter.dispose = async () => {
      await dispose();
      await afterDispose();
    };
  }
  return adapter;
}

function ownerUrl(): string {
  const url = process.env.DATABASE_URL_OWNER ?? process.env.DATABASE_URL;
  if (!url) throw new Error("Set DATABASE_URL_OWNER to the address of the database, with the role that owns its tables.");
  return url;
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** A scratch database beside the real one, gone again when Prisma lets go of it. */
async function connectToScratch(url: string): Promise<Adapter> {
  const name = `scratch_${randomUUID().replaceAll("-", "")}`;
  await onServer(url, `create database ${name}`);
  const scratch = new URL(url);
  scratch.pathname = `/${name}`;
  const adapter = await new PrismaPg({ connectionString: scratch.href }).connect();
  return wrap(adapter, () => onServer(url, `drop database if exists ${name} with (force)`));
}

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  experimental: { adapter: true },
  engine: "js",
  adapter: async () => {
    const url = ownerUrl();
    const factory = new PrismaPg({ connectionString: url });
    return {
      provider: factory.provider,
      adapterName: factory.adapterName,
      connect: async () => wrap(await factory.connect()),
      connectToShadowDb: () => connectToScratch(url),
    };
  },
});
