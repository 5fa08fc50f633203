/** A connection's places as the seller chose them: rows for the pages, and the same in its settings, where the connector looks. */
import type { LocationChoice } from "#app/domain/locations.ts";
import type { Sql } from "./database.server.ts";

export type LocationRow = LocationChoice & { name: string };

export async function activeLocations(sql: Sql, sellerId: string, connectionId: string): Promise<LocationRow[]> {
  return sql.query<LocationRow>(
    `select external_id as "externalId", name, counted, receiving, rank, fulfilment_service as "fulfilmentService"
     from location where seller_id = $1 and connection_id = $2 and active order by rank, name`,
    [sellerId, connectionId],
  );
}

export async function storeLocationChoice(sql: Sql, sellerId: string, connectionId: string, chosen: LocationChoice[]): Promise<void> {
  await sql.query(
    `update location l set counted = v.counted, receiving = v.receiving, rank = v.rank
     from unnest($3::text[], $4::boolean[], $5::boolean[], $6::int[]) v(id, counted, receiving, rank)
     where l.seller_id = $1 and l.connection_id = $2 and l.external_id = v.id`,
    [
      ...[sellerId, connectionId, chosen.map((l) => l.externalId), chosen.map((l) => l.counted), chosen.map((l) => l.receiving)],
      chosen.map((l) => l.rank),
    ],
  );
  await sql.query(
    `update connection set settings = settings || jsonb_build_object('locations', $3::jsonb) where id = $1 and seller_id = $2`,
    [connectionId, sellerId, JSON.stringify(chosen)],
  );
}
