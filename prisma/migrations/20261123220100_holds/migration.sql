-- The brake: what a hold is about, and what a number keeps while a lowering of it waits.
ALTER TABLE "channel_quantity" ADD COLUMN     "held_levels" JSONB,
ADD COLUMN     "held_target" INTEGER;

-- AlterTable
ALTER TABLE "hold" ADD COLUMN     "connection_id" UUID,
ADD COLUMN     "key" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'numbers',
ADD COLUMN     "note" TEXT;

-- One open hold per cause: partial and unique, which Prisma cannot say.
CREATE UNIQUE INDEX "hold_one_open" ON "hold" ((coalesce("key", '')), "seller_id") WHERE "closed_at" IS NULL;
