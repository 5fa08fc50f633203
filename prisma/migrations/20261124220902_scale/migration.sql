-- What a worker's clock or a page asks of the whole table, though next to no row is concerned.
-- Unanswered writes that may still land: every sweep looks for those whose time is over.
CREATE INDEX "channel_quantity_late" ON "channel_quantity"("late_until") WHERE "late_to" IS NOT NULL;
-- Numbers that were put back to what stood there before our first write: a channel's page counts them.
CREATE INDEX "channel_quantity_put_back" ON "channel_quantity"("connection_id") WHERE "put_back" IS NOT NULL;
-- Numbers on their way, and numbers that somebody must look at, of one seller: the inventory counts and lists them.
CREATE INDEX "channel_quantity_open" ON "channel_quantity"("seller_id") WHERE "dirty";
CREATE INDEX "channel_quantity_in_question" ON "channel_quantity"("seller_id")
  WHERE "raises_stopped" IS NOT NULL OR "failure_kind" IS NOT NULL OR "state" IN ('ended', 'inactive', 'missing');
