-- Nothing goes unseen: what others hold back while a channel cannot be seen, and the daily check of orders by id.

-- AlterTable
ALTER TABLE "connection" ADD COLUMN     "blind_last_unit" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "blind_units" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "safety_last_unit" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "safety_settled" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "safety_units" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "sighted_at" TIMESTAMPTZ(3),
ADD COLUMN     "unseen_kind" TEXT,
ADD COLUMN     "unseen_since" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "order_check" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "asked_by" TEXT NOT NULL,
    "window_from" TIMESTAMPTZ(3) NOT NULL,
    "begun_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),
    "page" TEXT,
    "seen_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "listed" INTEGER NOT NULL DEFAULT 0,
    "counted" INTEGER NOT NULL DEFAULT 0,
    "missing_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "stale_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "repaired" INTEGER NOT NULL DEFAULT 0,
    "gone_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "verdict" TEXT,

    CONSTRAINT "order_check_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "order_check_seller_id_idx" ON "order_check"("seller_id");

-- CreateIndex
CREATE INDEX "order_check_connection_id_finished_at_idx" ON "order_check"("connection_id", "finished_at");

ALTER TABLE "order_check" ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_own_seller ON "order_check" TO inventorysync_web
  USING (seller_id = nullif(current_setting('app.seller', true), '')::uuid)
  WITH CHECK (seller_id = nullif(current_setting('app.seller', true), '')::uuid);
CREATE POLICY worker_all ON "order_check" TO inventorysync_worker USING (true) WITH CHECK (true);
CREATE POLICY erasure_all ON "order_check" TO inventorysync_erasure USING (true) WITH CHECK (true);
GRANT SELECT ON "order_check" TO inventorysync_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON "order_check" TO inventorysync_worker;
GRANT SELECT, INSERT, DELETE ON "order_check" TO inventorysync_erasure;

-- Shops that are open already are checked as well, spread over the next hour; from then on at the seller's night.
INSERT INTO "feed" (id, seller_id, connection_id, kind, next_at)
  SELECT gen_random_uuid(), c.seller_id, c.id, 'check', clock_timestamp() + random() * interval '1 hour'
  FROM "connection" c WHERE c.baseline_at IS NOT NULL AND c.lifecycle IN ('observe', 'live')
  ON CONFLICT ("connection_id", "kind") DO NOTHING;
