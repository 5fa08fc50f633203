-- Connecting an account: tries that have not become a connection yet, and how far a connection's first set-up has come.

-- CreateTable
CREATE TABLE "connect_attempt" (
    "id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "channel" "channel_name" NOT NULL,
    "way" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "shop_name" TEXT,
    "actor_key" TEXT NOT NULL,
    "session_hash" TEXT NOT NULL,
    "consent_version" TEXT NOT NULL,
    "state_hash" TEXT,
    "used_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "sealed" TEXT,
    "problem" TEXT,
    "connection_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "connect_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "connection_setup" (
    "connection_id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "match_asked_at" TIMESTAMPTZ(3),
    "matched_at" TIMESTAMPTZ(3),
    "counts_from" TEXT,
    "open_asked_at" TIMESTAMPTZ(3),
    "opened_at" TIMESTAMPTZ(3),
    "actor_key" TEXT NOT NULL,
    "problem" TEXT,

    CONSTRAINT "connection_setup_pkey" PRIMARY KEY ("connection_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "connect_attempt_state_hash_key" ON "connect_attempt"("state_hash");

-- CreateIndex
CREATE INDEX "connect_attempt_seller_id_created_at_idx" ON "connect_attempt"("seller_id", "created_at");

-- CreateIndex
CREATE INDEX "connect_attempt_state_expires_at_idx" ON "connect_attempt"("state", "expires_at");

-- CreateIndex
CREATE INDEX "connection_setup_seller_id_idx" ON "connection_setup"("seller_id");

-- Both belong to a seller and stand behind the same wall as every other such table (foundation migration).
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['connect_attempt', 'connection_setup'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format($p$CREATE POLICY web_own_seller ON %I TO inventorysync_web
      USING (seller_id = nullif(current_setting('app.seller', true), '')::uuid)
      WITH CHECK (seller_id = nullif(current_setting('app.seller', true), '')::uuid)$p$, t);
    EXECUTE format('CREATE POLICY worker_all ON %I TO inventorysync_worker USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY erasure_all ON %I TO inventorysync_erasure USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO inventorysync_web, inventorysync_worker', t);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON %I TO inventorysync_erasure', t);
  END LOOP;
END $$;
GRANT DELETE ON "connect_attempt" TO inventorysync_worker;

-- The web role seals keys into an attempt but cannot read any, as with connection_secret. Nor may it say of an attempt that it
-- became a connection: only the worker proves keys.
REVOKE SELECT ON "connect_attempt" FROM inventorysync_web;
GRANT SELECT (id, seller_id, channel, way, state, address, shop_name, actor_key, session_hash, consent_version, state_hash, used_at,
  expires_at, problem, connection_id, created_at) ON "connect_attempt" TO inventorysync_web;
REVOKE UPDATE ON "connect_attempt" FROM inventorysync_web;
GRANT UPDATE (state, address, session_hash, consent_version, state_hash, expires_at, sealed, problem) ON "connect_attempt" TO inventorysync_web;

-- Doors of the hand-over: no session signs the shop's POST, so it may only find the attempt whose state it knows, and lay sealed keys into it once.
CREATE FUNCTION intake_hand_over(p_channel text, p_state_hash text)
  RETURNS TABLE (id uuid, seller_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT a.id, a.seller_id FROM connect_attempt a
   WHERE a.state_hash = p_state_hash AND a.channel = p_channel::channel_name AND a.state = 'waiting' AND a.used_at IS NULL
     AND a.expires_at > clock_timestamp() $$;

CREATE FUNCTION intake_hand_over_keep(p_id uuid, p_state_hash text, p_sealed text, p_confirm_ms int)
  RETURNS boolean
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS
$$
BEGIN
  UPDATE connect_attempt a SET sealed = p_sealed, state = 'received', used_at = clock_timestamp(),
      expires_at = clock_timestamp() + p_confirm_ms * interval '1 ms'
    WHERE a.id = p_id AND a.state_hash = p_state_hash AND a.state = 'waiting' AND a.used_at IS NULL AND a.expires_at > clock_timestamp();
  RETURN FOUND;
END $$;

DO $$
DECLARE f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['intake_hand_over(text,text)', 'intake_hand_over_keep(uuid,text,text,int)'] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO inventorysync_intake', f);
  END LOOP;
END $$;
