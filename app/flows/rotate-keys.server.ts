/** Seals every secret anew under the first configured key, so that an old key can be dropped afterwards. */
import { type SealedField, sealedRows, storeResealed } from "#app/data/sealed-rows.server.ts";
import type { SealedPlace } from "#app/platform/sealing.server.ts";
import { attemptPlace } from "./attempt-seal.ts";
import type { House } from "./house.server.ts";
import { grantPlace } from "./install-shop.server.ts";
import { movePlace } from "./offer-move.server.ts";
import { secretPlace } from "./refresh-credentials.server.ts";

/** Where secrets stand, each with the place that its seal is bound to; a test holds the list against the data model. */
export const SEALED_FIELDS: readonly { field: SealedField; place: (rowId: string) => SealedPlace }[] = [
  { field: { table: "connection_secret", column: "sealed" }, place: secretPlace },
  { field: { table: "shopify_grant", column: "sealed" }, place: grantPlace },
  { field: { table: "move_request", column: "sealed" }, place: movePlace },
  { field: { table: "connect_attempt", column: "sealed" }, place: (id) => attemptPlace(id) },
  { field: { table: "connect_attempt", column: "verifier_sealed" }, place: (id) => attemptPlace(id, "verifier_sealed") },
  { field: { table: "connect_attempt", column: "code_sealed" }, place: (id) => attemptPlace(id, "code_sealed") },
];

/** Answers how many secrets were sealed anew. Safe to run beside workers: a secret that was replaced meanwhile is left alone. */
export async function rotateKeys(house: Pick<House, "db" | "keyring">): Promise<number> {
  let resealed = 0;
  for (const { field, place } of SEALED_FIELDS) {
    for (const row of await sealedRows(house.db.plain, field)) {
      if (!house.keyring.needsReseal(row.sealed)) continue;
      const fresh = house.keyring.reseal(row.sealed, place(row.id));
      if (await storeResealed(house.db.plain, field, { ...row, fresh })) resealed++;
    }
  }
  return resealed;
}
