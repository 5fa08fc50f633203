-- Importing large shops: a look that the seller may stop, lookups within one connection, and fresh statistics after a large change.

-- AlterTable
ALTER TABLE "feed" ADD COLUMN "paused_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "listing_connection_id_sku_key_idx" ON "listing"("connection_id", "sku_key");

-- CreateIndex
CREATE INDEX "listing_connection_id_external_parent_id_idx" ON "listing"("connection_id", "external_parent_id");

-- CreateIndex
CREATE INDEX "listing_connection_id_link_state_go_live_idx" ON "listing"("connection_id", "link_state", "go_live");

-- After a step that wrote many thousands of rows the planner still believes the tables to be small until autovacuum comes by (a
-- minute or more), and pages that take milliseconds take minutes. The worker owns no table, so this runs as their owner.
CREATE FUNCTION refresh_statistics() RETURNS void
  LANGUAGE sql SECURITY DEFINER SET search_path = public AS
$$ ANALYZE listing, channel_quantity, component, stock_item, movement, sales_order, order_line, preview_row $$;
REVOKE ALL ON FUNCTION refresh_statistics() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION refresh_statistics() TO inventorysync_worker;
