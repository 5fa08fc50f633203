/** Movements that no order brings: into the ledger, and the oversell desk looks at what they did. Orders do the same in apply-orders. */
import type { Sql } from "#app/data/database.server.ts";
import { appendMovements, type ItemLevel, type NewMovement } from "#app/data/ledger.server.ts";
import type { House } from "./house.server.ts";
import { watchOversells } from "./watch-oversells.server.ts";

export async function bookMovements(house: House, sql: Sql, sellerId: string, movements: NewMovement[]): Promise<ItemLevel[]> {
  const levels = await appendMovements(sql, sellerId, movements);
  await watchOversells(house, sql, sellerId, movements, levels);
  return levels;
}
