-- Joining: a portal account and a Shopify shop become one seller by a one-time code.

-- CreateTable
CREATE TABLE "join_code" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "code_hash" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "actor_key" TEXT NOT NULL,
    "other_id" UUID,
    "shop" TEXT,
    "other_actor" TEXT,
    "problem" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "join_code_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "join_code_code_hash_key" ON "join_code"("code_hash");

-- CreateIndex
CREATE INDEX "join_code_seller_id_created_at_idx" ON "join_code"("seller_id", "created_at");

-- CreateIndex
CREATE INDEX "join_code_other_id_idx" ON "join_code"("other_id");

ALTER TABLE "join_code" ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_own_seller ON "join_code" TO inventorysync_web
  USING (seller_id = nullif(current_setting('app.seller', true), '')::uuid)
  WITH CHECK (seller_id = nullif(current_setting('app.seller', true), '')::uuid);
CREATE POLICY worker_all ON "join_code" TO inventorysync_worker USING (true) WITH CHECK (true);
CREATE POLICY erasure_all ON "join_code" TO inventorysync_erasure USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON "join_code" TO inventorysync_web, inventorysync_worker;
GRANT DELETE ON "join_code" TO inventorysync_worker;
GRANT SELECT, INSERT, DELETE ON "join_code" TO inventorysync_erasure;

-- The shop's side knows a code and nothing else of the other account. One code is entered once; the account that made it has the last word.
CREATE FUNCTION door_join_enter(p_code_hash text, p_seller uuid, p_shop text, p_actor text)
  RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS
$$
BEGIN
  UPDATE join_code j SET state = 'entered', other_id = p_seller, shop = p_shop, other_actor = p_actor,
      expires_at = clock_timestamp() + interval '10 minutes'
    WHERE j.code_hash = p_code_hash AND j.state = 'open' AND j.expires_at > clock_timestamp() AND j.seller_id <> p_seller;
  RETURN FOUND;
END $$;

CREATE FUNCTION door_join_seen(p_seller uuid)
  RETURNS TABLE (state text, problem text, expires_at timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT CASE WHEN j.state = 'entered' AND j.expires_at <= clock_timestamp() THEN 'dropped' ELSE j.state END, j.problem, j.expires_at
   FROM join_code j WHERE j.other_id = p_seller ORDER BY j.created_at DESC LIMIT 1 $$;

-- One account becomes part of another. Only an account without a single ledger line and without a live channel may be taken up: what it
-- holds beyond its connections can be made again from them. Whatever belongs to it follows, its consents and its record too.
CREATE FUNCTION join_sellers(p_from uuid, p_into uuid)
  RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS
$$
DECLARE t text;
BEGIN
  IF (SELECT count(*) FROM (SELECT FROM seller s WHERE s.id IN (p_from, p_into) ORDER BY s.id FOR UPDATE) x) < 2 THEN RETURN 'gone'; END IF;
  IF EXISTS (SELECT FROM movement m WHERE m.seller_id = p_from) THEN RETURN 'has-history'; END IF;
  IF EXISTS (SELECT FROM connection c WHERE c.seller_id = p_from AND c.lifecycle NOT IN ('observe', 'disconnected')) THEN RETURN 'is-live'; END IF;
  UPDATE channel_quantity SET target = NULL WHERE seller_id = p_from;
  UPDATE listing SET link_state = 'unlinked', go_live = CASE WHEN go_live = 'ignored' THEN go_live ELSE 'watching' END WHERE seller_id = p_from;
  UPDATE connection_setup SET match_asked_at = NULL, matched_at = NULL, open_asked_at = NULL, opened_at = NULL, counts_from = NULL, problem = NULL
    WHERE seller_id = p_from;
  UPDATE connection SET baseline_at = NULL WHERE seller_id = p_from;
  -- What was made out of the listings, and what concerns only the account that ends.
  FOREACH t IN ARRAY ARRAY['component', 'item_tag', 'tag_rank', 'rule', 'preview_row', 'preview', 'hold_number', 'hold', 'stock_item', 'mail_outbox', 'alert'] LOOP
    EXECUTE format('DELETE FROM %I WHERE seller_id = $1', t) USING p_from;
  END LOOP;
  DELETE FROM membership m WHERE m.seller_id = p_from AND EXISTS (SELECT FROM membership o WHERE o.seller_id = p_into AND o.user_id = m.user_id);
  FOR t IN SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attname = 'seller_id' AND NOT a.attisdropped LOOP
    EXECUTE format('UPDATE %I SET seller_id = $2 WHERE seller_id = $1', t) USING p_from, p_into;
  END LOOP;
  DELETE FROM seller s WHERE s.id = p_from;
  RETURN 'joined';
END $$;

DO $$
DECLARE f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['door_join_enter(text,uuid,text,text)', 'door_join_seen(uuid)', 'join_sellers(uuid,uuid)'] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
  GRANT EXECUTE ON FUNCTION door_join_enter(text, uuid, text, text), door_join_seen(uuid) TO inventorysync_web;
  GRANT EXECUTE ON FUNCTION join_sellers(uuid, uuid) TO inventorysync_worker;
END $$;
