-- Watching the platforms: orders that no delivery announced, and what platforms say of their own interfaces.

-- CreateTable
CREATE TABLE "unannounced_order" (
    "seller_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "external_id" TEXT NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "unannounced_order_pkey" PRIMARY KEY ("connection_id","external_id")
);

-- CreateTable
CREATE TABLE "platform_notice" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "operation" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "ends_at" TIMESTAMPTZ(3),
    "count" INTEGER NOT NULL DEFAULT 1,
    "first_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "platform_notice_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "unannounced_order_seller_id_idx" ON "unannounced_order"("seller_id");

-- CreateIndex
CREATE INDEX "platform_notice_seller_id_idx" ON "platform_notice"("seller_id");

-- CreateIndex
CREATE UNIQUE INDEX "platform_notice_connection_id_operation_kind_key" ON "platform_notice"("connection_id", "operation", "kind");

-- Both belong to a seller and stand behind the same wall as every other such table (foundation migration).
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['unannounced_order', 'platform_notice'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format($p$CREATE POLICY web_own_seller ON %I TO inventorysync_web
      USING (seller_id = nullif(current_setting('app.seller', true), '')::uuid)
      WITH CHECK (seller_id = nullif(current_setting('app.seller', true), '')::uuid)$p$, t);
    EXECUTE format('CREATE POLICY worker_all ON %I TO inventorysync_worker USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY erasure_all ON %I TO inventorysync_erasure USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO inventorysync_web, inventorysync_worker', t);
    EXECUTE format('GRANT DELETE ON %I TO inventorysync_worker', t);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON %I TO inventorysync_erasure', t);
  END LOOP;
END $$;

-- For the operator's metrics page, which stands in the web role behind the wall: figures per channel, of no seller.
CREATE FUNCTION operator_figures()
  RETURNS TABLE (figure text, channel text, detail text, amount bigint)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT 'notice', c.channel::text, n.kind, count(DISTINCT n.operation)
     FROM platform_notice n JOIN connection c ON c.id = n.connection_id
     WHERE n.last_at > clock_timestamp() - interval '7 days' GROUP BY 2, 3
   UNION ALL
   SELECT 'webhooks', c.channel::text, c.webhook_facts #>> '{watch,state}', count(*)
     FROM connection c WHERE c.lifecycle IN ('observe', 'live') AND c.webhook_facts #>> '{watch,state}' IS NOT NULL GROUP BY 2, 3
   UNION ALL
   SELECT 'token-ends', c.channel::text, '30', count(*)
     FROM connection_secret s JOIN connection c ON c.id = s.connection_id
     WHERE s.kind = 'credentials' AND c.lifecycle IN ('observe', 'live') AND s.refresh_expires_at < clock_timestamp() + interval '30 days' GROUP BY 2 $$;
REVOKE ALL ON FUNCTION operator_figures() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION operator_figures() TO inventorysync_web, inventorysync_worker;
