-- Fees that a revived listing costs (Etsy): spent only under consent and below a monthly cap, and every cent of it on record.

-- AlterTable
ALTER TABLE "connection" ADD COLUMN     "renewal_cap_minor" INTEGER;

-- CreateTable
CREATE TABLE "fee_spent" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "quantity_id" UUID NOT NULL,
    "amount_minor" INTEGER NOT NULL,
    "currency" TEXT NOT NULL,
    "undoes_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "fee_spent_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "fee_spent_seller_id_idx" ON "fee_spent"("seller_id");

-- CreateIndex
CREATE INDEX "fee_spent_connection_id_at_idx" ON "fee_spent"("connection_id", "at");

ALTER TABLE "fee_spent" ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_own_seller ON "fee_spent" TO inventorysync_web
  USING (seller_id = nullif(current_setting('app.seller', true), '')::uuid)
  WITH CHECK (seller_id = nullif(current_setting('app.seller', true), '')::uuid);
CREATE POLICY worker_all ON "fee_spent" TO inventorysync_worker USING (true) WITH CHECK (true);
CREATE POLICY erasure_all ON "fee_spent" TO inventorysync_erasure USING (true) WITH CHECK (true);
-- Append-only: a fee that was not taken after all is a second row that takes it back.
GRANT SELECT ON "fee_spent" TO inventorysync_web;
GRANT SELECT, INSERT ON "fee_spent" TO inventorysync_worker;
GRANT SELECT, INSERT, DELETE ON "fee_spent" TO inventorysync_erasure;

-- Spent in the seller's present month, and what the cap still allows (0 where nothing was consented to).
CREATE FUNCTION renewal_money(p_connection uuid, OUT spent_minor int, OUT room_minor int)
  LANGUAGE sql STABLE AS
$$ SELECT f.spent, CASE WHEN c.may_spend THEN greatest(0, coalesce(c.renewal_cap_minor, 0) - f.spent) ELSE 0 END
   FROM connection c JOIN seller s ON s.id = c.seller_id CROSS JOIN LATERAL (
     SELECT coalesce(sum(x.amount_minor), 0)::int AS spent FROM fee_spent x WHERE x.connection_id = c.id
       AND x.at >= date_trunc('month', clock_timestamp() AT TIME ZONE s.time_zone) AT TIME ZONE s.time_zone) f
   WHERE c.id = p_connection $$;
REVOKE ALL ON FUNCTION renewal_money(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION renewal_money(uuid) TO inventorysync_web, inventorysync_worker;
