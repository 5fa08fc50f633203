-- The oversell desk: cases with their orders; and exposure added up per item, channels and day.

ALTER TABLE "seller" ADD COLUMN     "exposure_through" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "oversell_case" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "item_id" UUID NOT NULL,
    "movement_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "missing" INTEGER NOT NULL,
    "cause" TEXT NOT NULL,
    "facts" JSONB NOT NULL DEFAULT '{}',
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(3),
    "decision" TEXT,
    "order_id" UUID,
    "closed_by" TEXT,
    "cost_minor" INTEGER,
    "cost_currency" TEXT,
    "note" TEXT,

    CONSTRAINT "oversell_case_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "oversell_order" (
    "seller_id" UUID NOT NULL,
    "case_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "units" INTEGER NOT NULL,
    "role" TEXT NOT NULL,

    CONSTRAINT "oversell_order_pkey" PRIMARY KEY ("case_id","order_id")
);

-- CreateTable
CREATE TABLE "exposure_day" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "item_id" UUID NOT NULL,
    "sold_on_id" UUID,
    "connection_id" UUID NOT NULL,
    "lags_ms" INTEGER[],
    "units" INTEGER NOT NULL,
    "piece_seconds" BIGINT NOT NULL,

    CONSTRAINT "exposure_day_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "oversell_case_seller_id_opened_at_idx" ON "oversell_case"("seller_id", "opened_at");

-- CreateIndex
CREATE INDEX "oversell_order_order_id_idx" ON "oversell_order"("order_id");

-- CreateIndex
CREATE INDEX "oversell_order_seller_id_idx" ON "oversell_order"("seller_id");

-- CreateIndex
CREATE INDEX "exposure_day_seller_id_day_idx" ON "exposure_day"("seller_id", "day");

-- CreateIndex
CREATE INDEX "exposure_day_seller_id_item_id_day_idx" ON "exposure_day"("seller_id", "item_id", "day");

-- One open case per item, and one row per stretch; partial and by expression, which Prisma cannot say.
CREATE UNIQUE INDEX "oversell_case_one_open" ON "oversell_case" ((coalesce("decision", '')), "item_id") WHERE "closed_at" IS NULL;
CREATE UNIQUE INDEX "exposure_day_once" ON "exposure_day" ("seller_id", "from_at", "item_id", (coalesce("sold_on_id", "connection_id")), "connection_id", ("sold_on_id" IS NULL));

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['oversell_case', 'oversell_order', 'exposure_day'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY web_own_seller ON %I TO inventorysync_web USING (seller_id = nullif(current_setting(''app.seller'', true), '''')::uuid) WITH CHECK (seller_id = nullif(current_setting(''app.seller'', true), '''')::uuid)', t);
    EXECUTE format('CREATE POLICY worker_all ON %I TO inventorysync_worker USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY erasure_all ON %I TO inventorysync_erasure USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO inventorysync_web, inventorysync_worker', t);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON %I TO inventorysync_erasure', t);
  END LOOP;
END $$;
-- A case is settled, and may grow while it is open; exposure is append-only.
GRANT UPDATE ON "oversell_case", "oversell_order" TO inventorysync_web, inventorysync_worker;
