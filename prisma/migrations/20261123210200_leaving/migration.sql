-- Leaving a channel by a plan, its statement, and an account that changes hands.

-- AlterTable
ALTER TABLE "connection" ADD COLUMN "leave_until" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "channel_quantity" ADD COLUMN "leave_target" INTEGER;

-- CreateTable
CREATE TABLE "leaving" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "plan" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "from_lifecycle" "lifecycle" NOT NULL,
    "preview_id" UUID,
    "actor_key" TEXT NOT NULL,
    "began_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "webhooks" JSONB,
    "facts" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "leaving_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "left_number" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "leaving_id" UUID NOT NULL,
    "listing_id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "sku" TEXT,
    "number" INTEGER,
    "read_at" TIMESTAMPTZ(3),
    "wanted" INTEGER,
    "why" TEXT,

    CONSTRAINT "left_number_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "move_request" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "attempt_id" UUID,
    "channel" "channel_name" NOT NULL,
    "external_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "grant" JSONB NOT NULL,
    "sealed" TEXT,
    "actor_key" TEXT NOT NULL,
    "offered_until" TIMESTAMPTZ(3) NOT NULL,
    "asked_at" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "connection_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "move_request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "move_notice" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3),
    "decided_by" TEXT,

    CONSTRAINT "move_notice_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "leaving_seller_id_idx" ON "leaving"("seller_id");

-- CreateIndex
CREATE INDEX "leaving_connection_id_began_at_idx" ON "leaving"("connection_id", "began_at");

-- CreateIndex
CREATE INDEX "left_number_seller_id_idx" ON "left_number"("seller_id");

-- CreateIndex
CREATE INDEX "left_number_leaving_id_title_idx" ON "left_number"("leaving_id", "title");

-- CreateIndex
CREATE INDEX "move_request_seller_id_idx" ON "move_request"("seller_id");

-- CreateIndex
CREATE INDEX "move_request_state_due_at_idx" ON "move_request"("state", "due_at");

-- CreateIndex
CREATE INDEX "move_request_channel_external_id_idx" ON "move_request"("channel", "external_id");

-- CreateIndex
CREATE INDEX "move_notice_seller_id_state_idx" ON "move_notice"("seller_id", "state");

-- One leaving of a connection at a time, one running request for an account: partial and unique, which Prisma cannot say.
CREATE UNIQUE INDEX "leaving_one_open" ON "leaving" (("connection_id"::text)) WHERE "ended_at" IS NULL;
CREATE UNIQUE INDEX "move_request_one_running" ON "move_request" (("external_id" || ''), "channel") WHERE "state" = 'asked';

-- All belong to a seller and stand behind the same wall as every other such table (foundation migration).
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['leaving', 'left_number', 'move_request', 'move_notice'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format($p$CREATE POLICY web_own_seller ON %I TO inventorysync_web
      USING (seller_id = nullif(current_setting('app.seller', true), '')::uuid)
      WITH CHECK (seller_id = nullif(current_setting('app.seller', true), '')::uuid)$p$, t);
    EXECUTE format('CREATE POLICY worker_all ON %I TO inventorysync_worker USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY erasure_all ON %I TO inventorysync_erasure USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO inventorysync_worker', t);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON %I TO inventorysync_erasure', t);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON "leaving" TO inventorysync_web;
GRANT SELECT ON "left_number" TO inventorysync_web;

-- Only the worker offers a move and carries it out. The asker's web role may ask or let go, never read the sealed grant; the holder's
-- may keep the account. Neither sees the other's row: the two are tied by the id alone.
GRANT SELECT (id, seller_id, attempt_id, channel, external_id, name, state, actor_key, offered_until, asked_at, due_at, ended_at,
  connection_id, created_at) ON "move_request" TO inventorysync_web;
GRANT UPDATE (state, sealed, ended_at, actor_key) ON "move_request" TO inventorysync_web;
GRANT SELECT ON "move_notice" TO inventorysync_web;
GRANT UPDATE (state, decided_at, decided_by) ON "move_notice" TO inventorysync_web;
