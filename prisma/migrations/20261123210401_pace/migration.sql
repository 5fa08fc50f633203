-- How often each feed is read, and why: worked out anew with every read.
ALTER TABLE "feed" ADD COLUMN     "every_limited" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "every_ms" INTEGER,
ADD COLUMN     "every_reason" TEXT;

-- The newest deliveries of a connection prove that its channel calls.
CREATE INDEX "inbound_event_connection_id_received_at_idx" ON "inbound_event"("connection_id", "received_at");
