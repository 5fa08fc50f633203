-- Rules that begin and end by themselves: a clock notes the moments at which they took effect.

-- AlterTable
ALTER TABLE "rule" ADD COLUMN "title" TEXT,
ADD COLUMN "started_at" TIMESTAMPTZ(3),
ADD COLUMN "waits_since" TIMESTAMPTZ(3),
ADD COLUMN "ended_at" TIMESTAMPTZ(3),
ADD COLUMN "preview_id" UUID;

-- CreateIndex
CREATE INDEX "rule_starts_at_idx" ON "rule"("starts_at");

-- CreateIndex
CREATE INDEX "rule_ends_at_idx" ON "rule"("ends_at");

-- What was in force by its dates alone goes on being so.
UPDATE "rule" SET "started_at" = "starts_at" WHERE "starts_at" <= clock_timestamp();
