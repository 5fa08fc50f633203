-- Listings whose channel keeps no number yet: what the seller asked for, until the channel has done it.

-- AlterTable
ALTER TABLE "channel_quantity" ADD COLUMN     "counting_asked_at" TIMESTAMPTZ(3),
ADD COLUMN     "counting_by" TEXT,
ADD COLUMN     "counting_problem" TEXT;

CREATE INDEX "channel_quantity_counting_idx" ON "channel_quantity"("connection_id") WHERE "counting_asked_at" IS NOT NULL;
