-- Putting back: which movement takes how much of which other one back; and one row per account for whoever causes something.

-- CreateTable
CREATE TABLE "takeback" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "movement_id" UUID NOT NULL,
    "root_id" UUID NOT NULL,
    "units" INTEGER NOT NULL,
    "by_order" BOOLEAN NOT NULL DEFAULT false,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "takeback_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "takeback_root_id_idx" ON "takeback"("root_id");

-- CreateIndex
CREATE INDEX "takeback_movement_id_idx" ON "takeback"("movement_id");

-- CreateIndex
CREATE INDEX "takeback_seller_id_recorded_at_idx" ON "takeback"("seller_id", "recorded_at");

ALTER TABLE "takeback" ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_own_seller ON "takeback" TO inventorysync_web
  USING (seller_id = nullif(current_setting('app.seller', true), '')::uuid)
  WITH CHECK (seller_id = nullif(current_setting('app.seller', true), '')::uuid);
CREATE POLICY worker_all ON "takeback" TO inventorysync_worker USING (true) WITH CHECK (true);
CREATE POLICY erasure_all ON "takeback" TO inventorysync_erasure USING (true) WITH CHECK (true);
-- Append-only, as the ledger it belongs to.
GRANT SELECT, INSERT ON "takeback" TO inventorysync_web, inventorysync_worker;
GRANT SELECT, INSERT, DELETE ON "takeback" TO inventorysync_erasure;

-- What was taken back before this table stood: an undo of an undo counts for the change at its root.
WITH RECURSIVE chain AS (
  SELECT m.id, m.seller_id, m.on_hand_delta, m.recorded_at, m.undoes AS root FROM "movement" m
    WHERE m.undoes IS NOT NULL AND m.dedupe_key NOT LIKE 'late-order:%'
  UNION ALL
  SELECT c.id, c.seller_id, c.on_hand_delta, c.recorded_at, p.undoes FROM chain c JOIN "movement" p ON p.id = c.root WHERE p.undoes IS NOT NULL
)
INSERT INTO "takeback" (id, seller_id, movement_id, root_id, units, by_order, recorded_at)
SELECT gen_random_uuid(), c.seller_id, c.id, c.root, c.on_hand_delta, false, c.recorded_at
FROM chain c JOIN "movement" r ON r.id = c.root WHERE r.undoes IS NULL;

INSERT INTO "takeback" (id, seller_id, movement_id, root_id, units, by_order, recorded_at)
SELECT gen_random_uuid(), m.seller_id, m.id, e.movement_id, m.on_hand_delta, true, m.recorded_at
FROM "outside_edit" e JOIN "movement" m ON m.seller_id = e.seller_id AND m.item_id = e.item_id AND starts_with(m.dedupe_key, 'late-order:' || e.id || ':')
WHERE e.movement_id IS NOT NULL;
