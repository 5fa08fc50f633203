-- Listings that a delivery spoke of: read by name soon, instead of with the next look at all of them.

-- CreateTable
CREATE TABLE "wanted_look" (
    "seller_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "wanted_look_pkey" PRIMARY KEY ("connection_id","name")
);

-- CreateIndex
CREATE INDEX "wanted_look_seller_id_idx" ON "wanted_look"("seller_id");

-- CreateIndex
CREATE INDEX "wanted_look_due_at_idx" ON "wanted_look"("due_at");

-- It belongs to a seller and stands behind the same wall as every other such table (foundation migration).
ALTER TABLE "wanted_look" ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_own_seller ON "wanted_look" TO inventorysync_web
  USING (seller_id = nullif(current_setting('app.seller', true), '')::uuid)
  WITH CHECK (seller_id = nullif(current_setting('app.seller', true), '')::uuid);
CREATE POLICY worker_all ON "wanted_look" TO inventorysync_worker USING (true) WITH CHECK (true);
CREATE POLICY erasure_all ON "wanted_look" TO inventorysync_erasure USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON "wanted_look" TO inventorysync_web, inventorysync_worker;
GRANT DELETE ON "wanted_look" TO inventorysync_worker;
GRANT SELECT, INSERT, DELETE ON "wanted_look" TO inventorysync_erasure;
