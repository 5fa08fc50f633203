/** Seals every secret anew under the first configured key, so that an old key can be dropped afterwards. */
import type { House } from "./house.server.ts";
import { secretPlace } from "./refresh-credentials.server.ts";

/** Answers how many secrets were sealed anew. Safe to run beside workers: a secret that was replaced meanwhile is left alone. */
export async function rotateKeys(house: Pick<House, "db" | "keyring">): Promise<number> {
  const rows = await house.db.plain.query<{ id: string; sealed: string }>(`select id, sealed from connection_secret order by id`);
  let resealed = 0;
  for (const row of rows) {
    if (!house.keyring.needsReseal(row.sealed)) continue;
    const fresh = house.keyring.reseal(row.sealed, secretPlace(row.id));
    const done = await house.db.plain.query(`update connection_secret set sealed = $2 where id = $1 and sealed = $3 returning id`, [
      row.id,
      fresh,
      row.sealed,
    ]);
    resealed += done.length;
  }
  return resealed;
}
