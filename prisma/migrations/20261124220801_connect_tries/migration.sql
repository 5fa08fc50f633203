-- Tries to connect are bounded per session and per seller, going on with a failed one counted as well.

-- AlterTable
ALTER TABLE "connect_attempt" ADD COLUMN "tries" INTEGER NOT NULL DEFAULT 1;

-- CreateIndex
CREATE INDEX "connect_attempt_session_hash_created_at_idx" ON "connect_attempt"("session_hash", "created_at");

-- The web role may read and write named columns of this table only (connecting migration).
GRANT SELECT (tries), UPDATE (tries) ON "connect_attempt" TO inventorysync_web;
