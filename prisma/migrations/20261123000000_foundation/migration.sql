

-- CreateEnum
CREATE TYPE "channel_name" AS ENUM ('shopify', 'ebay', 'etsy', 'woocommerce');

-- CreateEnum
CREATE TYPE "lifecycle" AS ENUM ('observe', 'live', 'leaving', 'disconnected');

-- CreateEnum
CREATE TYPE "edit_policy" AS ENUM ('accept', 'review', 'revert');

-- CreateEnum
CREATE TYPE "return_policy" AS ENUM ('auto', 'ask', 'never');

-- CreateEnum
CREATE TYPE "go_live" AS ENUM ('watching', 'live', 'paused', 'ignored');

-- CreateEnum
CREATE TYPE "member_role" AS ENUM ('owner', 'manager', 'viewer');

-- CreateEnum
CREATE TYPE "event_status" AS ENUM ('waiting', 'applied', 'parked');

-- CreateTable
CREATE TABLE "seller" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "reporting_currency" TEXT NOT NULL DEFAULT 'EUR',
    "stopped_at" TIMESTAMPTZ(3),
    "restricted_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "seller_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "app_user" (
    "id" UUID NOT NULL,
    "external_id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "app_user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" "member_role" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "membership_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "actor" (
    "key" TEXT NOT NULL,
    "seller_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "user_id" UUID,
    "label" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "actor_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "connection" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "channel" "channel_name" NOT NULL,
    "external_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "address" TEXT,
    "currency" TEXT,
    "lifecycle" "lifecycle" NOT NULL DEFAULT 'observe',
    "paused_at" TIMESTAMPTZ(3),
    "blind_since" TIMESTAMPTZ(3),
    "blind_reason" TEXT,
    "edit_policy" "edit_policy" NOT NULL,
    "return_policy" "return_policy" NOT NULL DEFAULT 'auto',
    "may_spend" BOOLEAN NOT NULL DEFAULT false,
    "baseline_at" TIMESTAMPTZ(3),
    "settings" JSONB NOT NULL DEFAULT '{}',
    "quiet_until" TIMESTAMPTZ(3),
    "last_seen_at" TIMESTAMPTZ(3),
    "webhook_facts" JSONB NOT NULL DEFAULT '{}',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "connection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "connection_secret" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "sealed" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "refresh_expires_at" TIMESTAMPTZ(3),
    "rotated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "connection_secret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "consent" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "connection_id" UUID,
    "kind" TEXT NOT NULL,
    "text_version" TEXT NOT NULL,
    "actor_key" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "consent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "feed" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "cursor" TIMESTAMPTZ(3),
    "page" TEXT,
    "read_through" TIMESTAMPTZ(3),
    "next_at" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "failure_text" TEXT,
    "done" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "feed_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lease" (
    "name" TEXT NOT NULL,
    "holder" TEXT,
    "fence" BIGINT NOT NULL DEFAULT 0,
    "until" TIMESTAMPTZ(3),

    CONSTRAINT "lease_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "call_budget" (
    "scope" TEXT NOT NULL,
    "tokens" DOUBLE PRECISION NOT NULL,
    "filled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "capacity" DOUBLE PRECISION NOT NULL,
    "restore_per_second" DOUBLE PRECISION NOT NULL,
    "used_today" INTEGER NOT NULL DEFAULT 0,
    "per_day" INTEGER,
    "day_started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "blocked_until" TIMESTAMPTZ(3),

    CONSTRAINT "call_budget_pkey" PRIMARY KEY ("scope")
);

-- CreateTable
CREATE TABLE "location" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "external_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "counted" BOOLEAN NOT NULL DEFAULT true,
    "receiving" BOOLEAN NOT NULL DEFAULT false,
    "rank" INTEGER NOT NULL DEFAULT 0,
    "fulfilment_service" BOOLEAN NOT NULL DEFAULT false,
    "active" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "location_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stock_item" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "sku" TEXT NOT NULL,
    "sku_key" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "on_hand" INTEGER NOT NULL DEFAULT 0,
    "reserved" INTEGER NOT NULL DEFAULT 0,
    "cost_minor" INTEGER,
    "cost_currency" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "moved_at" TIMESTAMPTZ(3),

    CONSTRAINT "stock_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "item_tag" (
    "seller_id" UUID NOT NULL,
    "item_id" UUID NOT NULL,
    "tag" TEXT NOT NULL,

    CONSTRAINT "item_tag_pkey" PRIMARY KEY ("item_id","tag")
);

-- CreateTable
CREATE TABLE "tag_rank" (
    "seller_id" UUID NOT NULL,
    "tag" TEXT NOT NULL,
    "rank" INTEGER NOT NULL,

    CONSTRAINT "tag_rank_pkey" PRIMARY KEY ("seller_id","tag")
);

-- CreateTable
CREATE TABLE "channel_quantity" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "parent_key" TEXT,
    "ref" JSONB NOT NULL,
    "target" INTEGER,
    "no_target" TEXT,
    "confirmed" INTEGER,
    "confirmed_at" TIMESTAMPTZ(3),
    "parts" JSONB NOT NULL DEFAULT '[]',
    "state" TEXT NOT NULL DEFAULT 'active',
    "off_by_us" BOOLEAN NOT NULL DEFAULT false,
    "drift" JSONB NOT NULL DEFAULT '[]',
    "doubt_until" TIMESTAMPTZ(3),
    "doubt_reason" TEXT,
    "doubt_at" TIMESTAMPTZ(3),
    "returnable" INTEGER NOT NULL DEFAULT 0,
    "odd_quantity" INTEGER,
    "odd_at" TIMESTAMPTZ(3),
    "sending_to" INTEGER,
    "sending_at" TIMESTAMPTZ(3),
    "sending_fence" BIGINT,
    "late_to" INTEGER,
    "late_until" TIMESTAMPTZ(3),
    "dirty" BOOLEAN NOT NULL DEFAULT false,
    "urgency" INTEGER NOT NULL DEFAULT 2,
    "dirty_since" TIMESTAMPTZ(3),
    "cause_kind" TEXT,
    "cause_id" TEXT,
    "cause_at" TIMESTAMPTZ(3),
    "next_attempt_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "failure_kind" TEXT,
    "failure_text" TEXT,
    "first_shown" INTEGER,
    "set_backs" INTEGER NOT NULL DEFAULT 0,
    "raises_stopped" TEXT,
    "frozen_target" INTEGER,
    "revisions_today" INTEGER NOT NULL DEFAULT 0,
    "revisions_day" DATE,
    "last_read_at" TIMESTAMPTZ(3),

    CONSTRAINT "channel_quantity_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "listing" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "quantity_id" UUID NOT NULL,
    "external_id" TEXT NOT NULL,
    "external_parent_id" TEXT,
    "parent_title" TEXT,
    "title" TEXT NOT NULL,
    "sku" TEXT,
    "sku_key" TEXT,
    "barcode" TEXT,
    "price_minor" INTEGER,
    "currency" TEXT,
    "state" TEXT NOT NULL,
    "link_state" TEXT NOT NULL DEFAULT 'unlinked',
    "go_live" "go_live" NOT NULL DEFAULT 'watching',
    "problems" JSONB NOT NULL DEFAULT '[]',
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "listing_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "component" (
    "seller_id" UUID NOT NULL,
    "listing_id" UUID NOT NULL,
    "item_id" UUID NOT NULL,
    "units" INTEGER NOT NULL,

    CONSTRAINT "component_pkey" PRIMARY KEY ("listing_id","item_id")
);

-- CreateTable
CREATE TABLE "rule" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "scope" TEXT NOT NULL,
    "connection_id" UUID,
    "tag" TEXT,
    "listing_id" UUID,
    "buffer" INTEGER,
    "percent" INTEGER,
    "floor" INTEGER,
    "cap" INTEGER,
    "fixed" INTEGER,
    "paused" BOOLEAN,
    "last_units" INTEGER,
    "last_rank" JSONB,
    "version" INTEGER NOT NULL DEFAULT 1,
    "starts_at" TIMESTAMPTZ(3),
    "ends_at" TIMESTAMPTZ(3),
    "replaced_at" TIMESTAMPTZ(3),
    "actor_key" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "movement" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "item_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "on_hand_delta" INTEGER NOT NULL,
    "reserved_delta" INTEGER NOT NULL,
    "order_id" UUID,
    "order_line_id" UUID,
    "sequence" INTEGER NOT NULL DEFAULT 0,
    "dedupe_key" TEXT NOT NULL,
    "connection_id" UUID,
    "actor_key" TEXT NOT NULL,
    "correlation_id" TEXT NOT NULL,
    "undoes" UUID,
    "note" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "movement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sales_order" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "external_id" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "paid" BOOLEAN NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "observed_at" TIMESTAMPTZ(3) NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "digest" TEXT NOT NULL,
    "currency" TEXT,
    "before_baseline" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "sales_order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_line" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "external_id" TEXT NOT NULL,
    "listing_external_id" TEXT,
    "listing_id" UUID,
    "quantity_id" UUID,
    "sku" TEXT,
    "title" TEXT NOT NULL,
    "quantity" INTEGER NOT NULL,
    "held" INTEGER NOT NULL,
    "consumed" INTEGER NOT NULL,
    "returnable" INTEGER NOT NULL DEFAULT 0,
    "returned" INTEGER NOT NULL DEFAULT 0,
    "deducted_min" INTEGER NOT NULL,
    "deducted_max" INTEGER NOT NULL,
    "baseline_held" INTEGER NOT NULL DEFAULT 0,
    "baseline_consumed" INTEGER NOT NULL DEFAULT 0,
    "components" JSONB,
    "unit_price_minor" INTEGER,

    CONSTRAINT "order_line_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inbound_event" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "topic" TEXT NOT NULL,
    "dedupe_key" TEXT NOT NULL,
    "key_until" TIMESTAMPTZ(3),
    "events" JSONB NOT NULL,
    "status" "event_status" NOT NULL DEFAULT 'waiting',
    "tries" INTEGER NOT NULL DEFAULT 0,
    "parked_reason" TEXT,
    "correlation_id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "applied_at" TIMESTAMPTZ(3),

    CONSTRAINT "inbound_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "preview" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "connection_id" UUID,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "hash" TEXT NOT NULL,
    "plan" JSONB NOT NULL DEFAULT '{}',
    "approved_by" TEXT,
    "approved_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "preview_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "preview_row" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "preview_id" UUID NOT NULL,
    "quantity_id" UUID NOT NULL,
    "before" INTEGER,
    "after" INTEGER,
    "steps" JSONB NOT NULL,
    "change" TEXT NOT NULL,
    "excluded" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "preview_row_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "hold" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "facts" JSONB NOT NULL DEFAULT '{}',
    "preview_id" UUID,
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(3),
    "decision" TEXT,
    "decided_by" TEXT,

    CONSTRAINT "hold_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "hold_number" (
    "seller_id" UUID NOT NULL,
    "hold_id" UUID NOT NULL,
    "quantity_id" UUID NOT NULL,

    CONSTRAINT "hold_number_pkey" PRIMARY KEY ("hold_id","quantity_id")
);

-- CreateTable
CREATE TABLE "outside_edit" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "quantity_id" UUID NOT NULL,
    "expected" INTEGER NOT NULL,
    "observed" INTEGER NOT NULL,
    "target_then" INTEGER,
    "state" TEXT NOT NULL DEFAULT 'open',
    "movement_id" UUID,
    "item_id" UUID,
    "decided_by" TEXT,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3),

    CONSTRAINT "outside_edit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shown_change" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "connection_id" UUID NOT NULL,
    "quantity_id" UUID NOT NULL,
    "from_quantity" INTEGER,
    "to_quantity" INTEGER,
    "kind" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "cause_kind" TEXT,
    "cause_id" TEXT,
    "cause_at" TIMESTAMPTZ(3),
    "decided_at" TIMESTAMPTZ(3),
    "sent_at" TIMESTAMPTZ(3),
    "confirmed_at" TIMESTAMPTZ(3),
    "by_order" BOOLEAN NOT NULL DEFAULT false,
    "note" TEXT,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "shown_change_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "connection_id" UUID,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "severity" INTEGER NOT NULL DEFAULT 5,
    "text" TEXT NOT NULL,
    "data" JSONB NOT NULL DEFAULT '{}',
    "count" INTEGER NOT NULL DEFAULT 1,
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "closed_at" TIMESTAMPTZ(3),
    "snoozed_until" TIMESTAMPTZ(3),

    CONSTRAINT "alert_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_event" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "connection_id" UUID,
    "action" TEXT NOT NULL,
    "subject" TEXT,
    "actor_key" TEXT NOT NULL,
    "facts" JSONB NOT NULL DEFAULT '{}',
    "correlation_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mail_outbox" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "dedupe_key" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "data" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "tries" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "failure" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "mail_outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shopify_session" (
    "id" TEXT NOT NULL,
    "shop" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "isOnline" BOOLEAN NOT NULL DEFAULT false,
    "scope" TEXT,
    "expires" TIMESTAMP(3),
    "accessToken" TEXT NOT NULL,
    "userId" BIGINT,
    "firstName" TEXT,
    "lastName" TEXT,
    "email" TEXT,
    "accountOwner" BOOLEAN NOT NULL DEFAULT false,
    "locale" TEXT,
    "collaborator" BOOLEAN DEFAULT false,
    "emailVerified" BOOLEAN DEFAULT false,
    "refreshToken" TEXT,
    "refreshTokenExpires" TIMESTAMP(3),

    CONSTRAINT "shopify_session_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "app_user_external_id_key" ON "app_user"("external_id");

-- CreateIndex
CREATE INDEX "membership_user_id_idx" ON "membership"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "membership_seller_id_user_id_key" ON "membership"("seller_id", "user_id");

-- CreateIndex
CREATE INDEX "actor_seller_id_idx" ON "actor"("seller_id");

-- CreateIndex
CREATE INDEX "connection_seller_id_idx" ON "connection"("seller_id");

-- CreateIndex
CREATE INDEX "connection_channel_address_idx" ON "connection"("channel", "address");

-- CreateIndex
CREATE UNIQUE INDEX "connection_channel_external_id_key" ON "connection"("channel", "external_id");

-- CreateIndex
CREATE INDEX "connection_secret_seller_id_idx" ON "connection_secret"("seller_id");

-- CreateIndex
CREATE UNIQUE INDEX "connection_secret_connection_id_kind_key" ON "connection_secret"("connection_id", "kind");

-- CreateIndex
CREATE INDEX "consent_seller_id_connection_id_idx" ON "consent"("seller_id", "connection_id");

-- CreateIndex
CREATE INDEX "feed_seller_id_idx" ON "feed"("seller_id");

-- CreateIndex
CREATE INDEX "feed_next_at_idx" ON "feed"("next_at");

-- CreateIndex
CREATE UNIQUE INDEX "feed_connection_id_kind_key" ON "feed"("connection_id", "kind");

-- CreateIndex
CREATE INDEX "location_seller_id_idx" ON "location"("seller_id");

-- CreateIndex
CREATE UNIQUE INDEX "location_connection_id_external_id_key" ON "location"("connection_id", "external_id");

-- CreateIndex
CREATE INDEX "stock_item_seller_id_moved_at_idx" ON "stock_item"("seller_id", "moved_at");

-- CreateIndex
CREATE UNIQUE INDEX "stock_item_seller_id_sku_key_key" ON "stock_item"("seller_id", "sku_key");

-- CreateIndex
CREATE INDEX "item_tag_seller_id_tag_idx" ON "item_tag"("seller_id", "tag");

-- CreateIndex
CREATE INDEX "channel_quantity_seller_id_idx" ON "channel_quantity"("seller_id");

-- CreateIndex
CREATE INDEX "channel_quantity_work" ON "channel_quantity"("connection_id", "urgency", "dirty_since") WHERE "dirty";

-- CreateIndex
CREATE INDEX "channel_quantity_scan" ON "channel_quantity"("connection_id", "last_read_at");

-- CreateIndex
CREATE INDEX "channel_quantity_connection_id_parent_key_idx" ON "channel_quantity"("connection_id", "parent_key");

-- CreateIndex
CREATE UNIQUE INDEX "channel_quantity_connection_id_key_key" ON "channel_quantity"("connection_id", "key");

-- CreateIndex
CREATE INDEX "listing_seller_id_sku_key_idx" ON "listing"("seller_id", "sku_key");

-- CreateIndex
CREATE INDEX "listing_quantity_id_idx" ON "listing"("quantity_id");

-- CreateIndex
CREATE INDEX "listing_seller_id_link_state_idx" ON "listing"("seller_id", "link_state");

-- CreateIndex
CREATE UNIQUE INDEX "listing_connection_id_external_id_key" ON "listing"("connection_id", "external_id");

-- CreateIndex
CREATE INDEX "component_item_id_idx" ON "component"("item_id");

-- CreateIndex
CREATE INDEX "component_seller_id_idx" ON "component"("seller_id");

-- CreateIndex
CREATE INDEX "rule_seller_id_scope_idx" ON "rule"("seller_id", "scope");

-- CreateIndex
CREATE INDEX "movement_seller_id_item_id_recorded_at_idx" ON "movement"("seller_id", "item_id", "recorded_at");

-- CreateIndex
CREATE INDEX "movement_order_line_id_idx" ON "movement"("order_line_id");

-- CreateIndex
CREATE INDEX "movement_seller_id_recorded_at_idx" ON "movement"("seller_id", "recorded_at");

-- CreateIndex
CREATE UNIQUE INDEX "movement_seller_id_dedupe_key_key" ON "movement"("seller_id", "dedupe_key");

-- CreateIndex
CREATE INDEX "sales_order_seller_id_placed_at_idx" ON "sales_order"("seller_id", "placed_at");

-- CreateIndex
CREATE INDEX "sales_order_connection_id_updated_at_idx" ON "sales_order"("connection_id", "updated_at");

-- CreateIndex
CREATE UNIQUE INDEX "sales_order_connection_id_external_id_key" ON "sales_order"("connection_id", "external_id");

-- CreateIndex
CREATE INDEX "order_line_seller_id_listing_id_idx" ON "order_line"("seller_id", "listing_id");

-- CreateIndex
CREATE INDEX "order_line_quantity_id_idx" ON "order_line"("quantity_id");

-- CreateIndex
CREATE UNIQUE INDEX "order_line_order_id_external_id_key" ON "order_line"("order_id", "external_id");

-- CreateIndex
CREATE INDEX "inbound_event_seller_id_idx" ON "inbound_event"("seller_id");

-- CreateIndex
CREATE INDEX "inbound_event_waiting" ON "inbound_event"("connection_id", "received_at") WHERE "status" = 'waiting';

-- CreateIndex
CREATE UNIQUE INDEX "inbound_event_connection_id_dedupe_key_key" ON "inbound_event"("connection_id", "dedupe_key");

-- CreateIndex
CREATE INDEX "preview_seller_id_created_at_idx" ON "preview"("seller_id", "created_at");

-- CreateIndex
CREATE INDEX "preview_row_seller_id_idx" ON "preview_row"("seller_id");

-- CreateIndex
CREATE UNIQUE INDEX "preview_row_preview_id_quantity_id_key" ON "preview_row"("preview_id", "quantity_id");

-- CreateIndex
CREATE INDEX "hold_seller_id_opened_at_idx" ON "hold"("seller_id", "opened_at");

-- CreateIndex
CREATE INDEX "hold_number_seller_id_idx" ON "hold_number"("seller_id");

-- CreateIndex
CREATE INDEX "hold_number_quantity_id_idx" ON "hold_number"("quantity_id");

-- CreateIndex
CREATE INDEX "outside_edit_seller_id_state_idx" ON "outside_edit"("seller_id", "state");

-- CreateIndex
CREATE INDEX "outside_edit_quantity_id_state_idx" ON "outside_edit"("quantity_id", "state");

-- CreateIndex
CREATE INDEX "shown_change_seller_id_recorded_at_idx" ON "shown_change"("seller_id", "recorded_at");

-- CreateIndex
CREATE INDEX "shown_change_quantity_id_recorded_at_idx" ON "shown_change"("quantity_id", "recorded_at");

-- CreateIndex
CREATE INDEX "alert_seller_id_closed_at_severity_idx" ON "alert"("seller_id", "closed_at", "severity");

-- CreateIndex
CREATE INDEX "alert_seller_id_key_idx" ON "alert"("seller_id", "key");

-- CreateIndex
CREATE INDEX "audit_event_seller_id_at_idx" ON "audit_event"("seller_id", "at");

-- CreateIndex
CREATE INDEX "audit_event_correlation_id_idx" ON "audit_event"("correlation_id");

-- CreateIndex
CREATE INDEX "mail_outbox_state_next_at_idx" ON "mail_outbox"("state", "next_at");

-- CreateIndex
CREATE UNIQUE INDEX "mail_outbox_seller_id_dedupe_key_key" ON "mail_outbox"("seller_id", "dedupe_key");

-- CreateIndex
CREATE INDEX "shopify_session_shop_idx" ON "shopify_session"("shop");


-- An open alert or card per cause: partial and unique, which Prisma cannot say.
CREATE UNIQUE INDEX "alert_one_open_per_key" ON "alert" ((coalesce("key", '')), "seller_id") WHERE "closed_at" IS NULL;
CREATE UNIQUE INDEX "outside_edit_one_open" ON "outside_edit" ((coalesce("state", '')), "quantity_id") WHERE "state" = 'open';

-- Whether work exists on a number is decided here and nowhere else, whoever writes the row (settled.md 11).
CREATE FUNCTION channel_quantity_work() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  falls boolean := NEW.target < NEW.confirmed AND (NEW.frozen_target IS NULL OR NEW.target < NEW.frozen_target);
  rises boolean := NEW.target > NEW.confirmed AND NEW.raises_stopped IS NULL AND NEW.frozen_target IS NULL;
  work boolean := NEW.sending_to IS NOT NULL OR (NEW.target IS NOT NULL AND
    (NEW.confirmed IS NULL OR NEW.doubt_until IS NOT NULL OR NEW.odd_quantity IS NOT NULL OR falls OR rises));
BEGIN
  IF work THEN
    NEW.urgency := CASE WHEN falls AND NEW.target = 0 THEN 0 WHEN falls THEN 1
      WHEN NEW.doubt_until IS NOT NULL OR NEW.odd_quantity IS NOT NULL OR NEW.sending_to IS NOT NULL THEN 2 ELSE 3 END;
    IF TG_OP = 'INSERT' OR NOT OLD.dirty THEN NEW.dirty_since := clock_timestamp(); END IF;
  ELSE
    NEW.dirty_since := NULL;
    NEW.next_attempt_at := NULL;
    NEW.attempts := 0;
    NEW.failure_kind := NULL;
    NEW.failure_text := NULL;
  END IF;
  NEW.dirty := work;
  RETURN NEW;
END $$;
CREATE TRIGGER channel_quantity_work BEFORE INSERT OR UPDATE ON "channel_quantity" FOR EACH ROW EXECUTE FUNCTION channel_quantity_work();

-- Roles (settled.md 36). The demo and the tests make them with passwords beforehand; production names one URL per role.
DO $$
DECLARE r text;
BEGIN
  FOREACH r IN ARRAY ARRAY['inventorysync_intake', 'inventorysync_web', 'inventorysync_worker', 'inventorysync_erasure'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', r);
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', r);
  END LOOP;
END $$;

-- Every table that belongs to a seller is behind row-level security: no seller set, no rows.
DO $$
DECLARE t text;
BEGIN
  FOR t IN SELECT c.table_name FROM information_schema.columns c
           JOIN information_schema.tables b USING (table_schema, table_name)
           WHERE c.table_schema = 'public' AND c.column_name = 'seller_id' AND b.table_type = 'BASE TABLE' LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format($p$CREATE POLICY web_own_seller ON %I TO inventorysync_web
      USING (seller_id = nullif(current_setting('app.seller', true), '')::uuid)
      WITH CHECK (seller_id = nullif(current_setting('app.seller', true), '')::uuid)$p$, t);
    EXECUTE format('CREATE POLICY worker_all ON %I TO inventorysync_worker USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY erasure_all ON %I TO inventorysync_erasure USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO inventorysync_web, inventorysync_worker', t);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON %I TO inventorysync_erasure', t);
  END LOOP;
  -- Working rows the roles may also remove.
  FOREACH t IN ARRAY ARRAY['component', 'item_tag', 'tag_rank', 'hold_number', 'preview_row', 'connection_secret', 'location'] LOOP
    EXECUTE format('GRANT DELETE ON %I TO inventorysync_web, inventorysync_worker', t);
  END LOOP;
  -- Append-only for the application: rows are added and read, never changed.
  FOREACH t IN ARRAY ARRAY['movement', 'audit_event', 'shown_change', 'consent'] LOOP
    EXECUTE format('REVOKE UPDATE, DELETE ON %I FROM inventorysync_web, inventorysync_worker', t);
  END LOOP;
END $$;

ALTER TABLE "seller" ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_own_seller ON "seller" TO inventorysync_web
  USING (id = nullif(current_setting('app.seller', true), '')::uuid) WITH CHECK (id = nullif(current_setting('app.seller', true), '')::uuid);
CREATE POLICY worker_all ON "seller" TO inventorysync_worker USING (true) WITH CHECK (true);
CREATE POLICY erasure_all ON "seller" TO inventorysync_erasure USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON "seller" TO inventorysync_web, inventorysync_worker;
GRANT SELECT, DELETE ON "seller" TO inventorysync_erasure;

ALTER TABLE "app_user" ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_colleagues ON "app_user" FOR SELECT TO inventorysync_web
  USING (EXISTS (SELECT FROM membership m WHERE m.user_id = app_user.id));
CREATE POLICY worker_all ON "app_user" TO inventorysync_worker USING (true) WITH CHECK (true);
CREATE POLICY erasure_all ON "app_user" TO inventorysync_erasure USING (true) WITH CHECK (true);
GRANT SELECT ON "app_user" TO inventorysync_web;
GRANT SELECT, INSERT, UPDATE ON "app_user" TO inventorysync_worker;
GRANT SELECT, DELETE ON "app_user" TO inventorysync_erasure;

-- The web role seals new credentials but cannot read any.
REVOKE SELECT ON "connection_secret" FROM inventorysync_web;
GRANT SELECT (id, seller_id, connection_id, kind, expires_at, refresh_expires_at, rotated_at) ON "connection_secret" TO inventorysync_web;

-- Tables of no seller.
GRANT SELECT, INSERT, UPDATE, DELETE ON "lease", "call_budget" TO inventorysync_worker;
GRANT SELECT, INSERT, UPDATE ON "lease" TO inventorysync_web;
GRANT SELECT ON "call_budget" TO inventorysync_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON "shopify_session" TO inventorysync_web, inventorysync_worker;
DO $$
BEGIN
  IF to_regclass('public._prisma_migrations') IS NOT NULL THEN
    GRANT SELECT ON "_prisma_migrations" TO inventorysync_web, inventorysync_worker, inventorysync_intake;
  END IF;
END $$;

-- Doors: what must be looked up before a seller is known. Each answers one narrow question, as the tables' owner.
CREATE FUNCTION intake_connection(p_channel text, p_external_id text, p_address text)
  RETURNS TABLE (id uuid, seller_id uuid, lifecycle text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT c.id, c.seller_id, c.lifecycle::text FROM connection c
   WHERE c.channel = p_channel::channel_name
     AND (c.external_id = p_external_id OR (p_external_id IS NULL AND c.address = p_address)) LIMIT 1 $$;

CREATE FUNCTION intake_secret(p_connection uuid)
  RETURNS TABLE (seller_id uuid, channel text, lifecycle text, secret_id uuid, sealed text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT c.seller_id, c.channel::text, c.lifecycle::text, s.id, s.sealed FROM connection c
   LEFT JOIN connection_secret s ON s.connection_id = c.id AND s.kind = 'webhook' WHERE c.id = p_connection $$;

-- Records deliveries that arrived together in one statement; answers the ids that were new. A digest key that has run out is
-- put aside first, so that the same body may come again later.
CREATE FUNCTION intake_record(p_ids uuid[], p_sellers uuid[], p_connections uuid[], p_topics text[], p_keys text[],
    p_key_untils timestamptz[], p_events text[], p_statuses text[], p_reasons text[], p_correlations text[], p_received timestamptz[])
  RETURNS SETOF uuid
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS
$$
BEGIN
  IF EXISTS (SELECT FROM unnest(p_key_untils) u WHERE u IS NOT NULL) THEN
    UPDATE inbound_event e SET dedupe_key = e.dedupe_key || '#' || e.id, key_until = NULL
      FROM unnest(p_connections, p_keys) AS v(c, k)
      WHERE e.connection_id = v.c AND e.dedupe_key = v.k AND e.key_until < clock_timestamp();
  END IF;
  RETURN QUERY INSERT INTO inbound_event (id, seller_id, connection_id, topic, dedupe_key, key_until, events, status, parked_reason, correlation_id, received_at)
    SELECT v.id, v.s, v.c, v.t, v.k, v.u, v.e::jsonb, v.st::event_status, v.r, v.co, v.at
      FROM unnest(p_ids, p_sellers, p_connections, p_topics, p_keys, p_key_untils, p_events, p_statuses, p_reasons, p_correlations, p_received)
        AS v(id, s, c, t, k, u, e, st, r, co, at)
      ORDER BY v.c, v.k
    ON CONFLICT (connection_id, dedupe_key) DO NOTHING RETURNING inbound_event.id;
END $$;

CREATE FUNCTION door_memberships(p_external_id text)
  RETURNS TABLE (user_id uuid, name text, seller_id uuid, seller_name text, role text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT u.id, u.name, m.seller_id, s.name, m.role::text FROM app_user u
   JOIN membership m ON m.user_id = u.id JOIN seller s ON s.id = m.seller_id
   WHERE u.external_id = p_external_id ORDER BY m.created_at $$;

DO $$
DECLARE f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['intake_connection(text,text,text)', 'intake_secret(uuid)',
      'intake_record(uuid[],uuid[],uuid[],text[],text[],timestamptz[],text[],text[],text[],text[],timestamptz[])'] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO inventorysync_intake', f);
  END LOOP;
  REVOKE ALL ON FUNCTION door_memberships(text) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION door_memberships(text) TO inventorysync_web;
  GRANT EXECUTE ON FUNCTION intake_connection(text, text, text) TO inventorysync_web;
END $$;
