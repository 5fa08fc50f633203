-- Call budgets with fair shares: who took how much of what a platform allows, and whose turn it is.

-- AlterTable
ALTER TABLE "call_budget" ADD COLUMN     "hours" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
ADD COLUMN     "hours_until" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "reported" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "turn" DOUBLE PRECISION NOT NULL DEFAULT 0,
ADD COLUMN     "waiting_until" TIMESTAMPTZ(3),
ADD COLUMN     "weights" DOUBLE PRECISION NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "connection" ADD COLUMN     "share_weight" DOUBLE PRECISION NOT NULL DEFAULT 1;

-- CreateTable
CREATE TABLE "call_share" (
    "scope" TEXT NOT NULL,
    "connection_id" UUID NOT NULL,
    "seller_id" UUID NOT NULL,
    "weight" DOUBLE PRECISION NOT NULL DEFAULT 1,
    "turn" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "promised" DOUBLE PRECISION,
    "wait_until" TIMESTAMPTZ(3),
    "wait_cost" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "wait_keep" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "wait_rank" INTEGER NOT NULL DEFAULT 0,
    "orders_today" INTEGER NOT NULL DEFAULT 0,
    "falling_today" INTEGER NOT NULL DEFAULT 0,
    "rising_today" INTEGER NOT NULL DEFAULT 0,
    "drift_today" INTEGER NOT NULL DEFAULT 0,
    "import_today" INTEGER NOT NULL DEFAULT 0,
    "spent_until" TIMESTAMPTZ(3),
    "spent_rank" INTEGER,
    "asked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "call_share_pkey" PRIMARY KEY ("scope","connection_id")
);

-- CreateIndex
CREATE INDEX "call_share_connection_id_idx" ON "call_share"("connection_id");

-- CreateIndex
CREATE INDEX "call_share_seller_id_idx" ON "call_share"("seller_id");

-- Both are updated with every call; room in the page keeps such an update away from the indexes.
ALTER TABLE "call_budget" SET (fillfactor = 50);
ALTER TABLE "call_share" SET (fillfactor = 50);

ALTER TABLE "call_share" ENABLE ROW LEVEL SECURITY;
CREATE POLICY web_own_seller ON "call_share" TO inventorysync_web
  USING (seller_id = nullif(current_setting('app.seller', true), '')::uuid)
  WITH CHECK (seller_id = nullif(current_setting('app.seller', true), '')::uuid);
CREATE POLICY worker_all ON "call_share" TO inventorysync_worker USING (true) WITH CHECK (true);
CREATE POLICY erasure_all ON "call_share" TO inventorysync_erasure USING (true) WITH CHECK (true);
GRANT SELECT ON "call_share" TO inventorysync_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON "call_share" TO inventorysync_worker;
GRANT SELECT, INSERT, DELETE ON "call_share" TO inventorysync_erasure;

-- A day of the platform: "sliding" gives back hour by hour what was used a day ago, any other name is the time zone at whose midnight
-- everything comes back. Shares are dealt anew at that midnight (UTC for "sliding").
CREATE FUNCTION day_of_platform(p_day text, p_at timestamptz, OUT day_start timestamptz, OUT day_end timestamptz)
  LANGUAGE sql STABLE AS
$$ SELECT date_trunc('day', p_at AT TIME ZONE z) AT TIME ZONE z, (date_trunc('day', p_at AT TIME ZONE z) + interval '1 day') AT TIME ZONE z
   FROM (SELECT CASE p_day WHEN 'sliding' THEN 'UTC' ELSE p_day END AS z) zone $$;

-- 25 slots, one an hour, so that at least the last 24 hours are always counted. Empties the slots of the hours that have passed.
CREATE FUNCTION hours_moved_on(p_hours integer[], p_until bigint, p_hour bigint) RETURNS integer[]
  LANGUAGE sql IMMUTABLE AS
$$ SELECT array_agg(CASE WHEN coalesce(array_length(p_hours, 1), 0) < 25 OR p_hour - p_until >= 25
                           OR (p_hour > p_until AND (slot - 1 - (p_until % 25)::int - 1 + 50) % 25 < p_hour - p_until)
                    THEN 0 ELSE p_hours[slot] END ORDER BY slot)
   FROM generate_series(1, 25) slot $$;

-- Takes one call out of a budget, or says what it waits for. The budget's row is locked first, so everything after it is read as it
-- is; nobody holds that lock longer than this function runs, and its commit does not wait for the disk (a crash forgets at most the
-- calls of its last moment, and the platform's own figures put that right).
-- Day: each connection has a promise, its share of what the rest of the day allows. It may spend its promise, and beyond that whatever
-- is promised to nobody. A promise shrinks with the day, so what its owner does not use is lent to the others, a little every second.
-- Second: who waits has a turn (calls taken over weight); a call goes out when enough is left for all that wait with an earlier turn.
CREATE FUNCTION take_call(p_scope text, p_seller uuid, p_connection uuid, p_weight float8, p_purpose text, p_rank int, p_cost float8,
    p_reserve float8, p_capacity float8, p_restore float8, p_per_day int, p_day text, p_at timestamptz)
  RETURNS TABLE (granted boolean, because text, wait_ms float8)
  LANGUAGE plpgsql AS
$$
#variable_conflict use_column
DECLARE
  c_grace CONSTANT interval := interval '500 ms';
  b call_budget; s call_share;
  v_at timestamptz; v_start timestamptz; v_end timestamptz; v_hour bigint;
  v_have float8; v_turn float8; v_ahead float8 := 0; v_keep float8; v_used float8; v_left float8; v_day_part float8;
  v_share float8; v_own float8; v_free float8; v_gain float8; v_promised float8; v_because text; v_wait float8 := 0;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  SELECT * INTO b FROM call_budget WHERE scope = p_scope FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    INSERT INTO call_budget (scope, tokens, filled_at, capacity, restore_per_second, per_day, day_started_at)
      VALUES (p_scope, p_capacity, coalesce(p_at, clock_timestamp()), p_capacity, p_restore, p_per_day, coalesce(p_at, clock_timestamp()))
      ON CONFLICT DO NOTHING;
    SELECT * INTO b FROM call_budget WHERE scope = p_scope FOR NO KEY UPDATE;
  END IF;
  v_at := coalesce(p_at, clock_timestamp());
  IF NOT b.reported THEN b.capacity := p_capacity; b.restore_per_second := p_restore; b.per_day := p_per_day; END IF;

  SELECT d.day_start, d.day_end INTO v_start, v_end FROM day_of_platform(p_day, v_at) d;
  v_hour := floor(extract(epoch FROM v_at) / 3600);
  IF p_day = 'sliding' AND (b.hours_until <> v_hour OR coalesce(array_length(b.hours, 1), 0) <> 25) THEN
    b.hours := hours_moved_on(b.hours, b.hours_until, v_hour);
    b.hours_until := v_hour;
  END IF;
  IF b.day_started_at <> v_start THEN
    DELETE FROM call_share WHERE scope = p_scope AND asked_at < v_at - interval '2 days';
    UPDATE call_share SET promised = NULL, orders_today = 0, falling_today = 0, rising_today = 0, drift_today = 0, import_today = 0,
      spent_until = NULL, spent_rank = NULL WHERE scope = p_scope;
    SELECT coalesce(sum(weight), 0) INTO b.weights FROM call_share WHERE scope = p_scope;
    b.used_today := 0;
    b.day_started_at := v_start;
  END IF;

  SELECT * INTO s FROM call_share WHERE scope = p_scope AND connection_id = p_connection;
  IF NOT FOUND THEN
    INSERT INTO call_share (scope, connection_id, seller_id, weight, turn, asked_at)
      VALUES (p_scope, p_connection, p_seller, p_weight, b.turn, v_at) RETURNING * INTO s;
    b.weights := b.weights + p_weight;
  ELSIF s.weight <> p_weight THEN
    b.weights := b.weights - s.weight + p_weight;
    s.weight := p_weight;
  END IF;

  v_have := least(b.capacity, b.tokens + b.restore_per_second * greatest(0, extract(epoch FROM v_at - b.filled_at)));
  IF b.blocked_until > v_at THEN
    v_because := 'blocked';
    v_wait := extract(epoch FROM b.blocked_until - v_at);
  END IF;

  IF v_because IS NULL AND b.per_day IS NOT NULL THEN
    v_used := CASE WHEN p_day = 'sliding' THEN (SELECT sum(h) FROM unnest(b.hours) h) ELSE b.used_today END;
    v_left := b.per_day - v_used;
    v_day_part := extract(epoch FROM v_end - v_at) / extract(epoch FROM v_end - v_start);
    v_share := b.per_day * s.weight / b.weights;
    v_own := least(coalesce(s.promised, v_share), v_share * v_day_part);
    v_keep := v_share * v_day_part * p_reserve;
    IF v_left < p_cost THEN
      v_because := 'day';
      v_wait := CASE WHEN p_day = 'sliding' THEN (v_hour + 1) * 3600 - extract(epoch FROM v_at) ELSE extract(epoch FROM v_end - v_at) END;
    ELSIF v_own - p_cost >= v_keep THEN
      v_promised := v_own - p_cost;
    ELSE
      SELECT v_left - coalesce(sum(least(coalesce(o.promised, b.per_day * o.weight / b.weights), b.per_day * o.weight / b.weights * v_day_part)), 0)
        INTO v_free FROM call_share o WHERE o.scope = p_scope AND o.connection_id <> p_connection;
      IF v_free - p_cost >= v_keep THEN
        v_promised := greatest(0, least(v_own, v_free - p_cost));
      ELSE
        v_because := 'day';
        v_gain := b.per_day * (1 - s.weight / b.weights * (1 - p_reserve)) / extract(epoch FROM v_end - v_start);
        v_wait := least((v_keep + p_cost - v_free) / greatest(v_gain, 0.000001), extract(epoch FROM v_end - v_at));
      END IF;
    END IF;
  END IF;

  v_turn := CASE WHEN s.wait_until > v_at THEN s.turn ELSE greatest(s.turn, b.turn) END;
  IF v_because IS NULL THEN
    v_keep := b.capacity * p_reserve;
    IF b.waiting_until > v_at THEN
      SELECT coalesce(sum(o.wait_cost), 0), greatest(v_keep, max(o.wait_keep)) INTO v_ahead, v_keep FROM call_share o
        WHERE o.scope = p_scope AND o.wait_until > v_at
          AND CASE WHEN o.connection_id = p_connection THEN o.wait_rank < p_rank ELSE (o.turn, o.connection_id) < (v_turn, p_connection) END;
    END IF;
    IF v_have < p_cost + v_ahead + v_keep THEN
      v_because := 'second';
      v_wait := (p_cost + v_ahead + v_keep - v_have) / greatest(b.restore_per_second, 0.001);
      -- Among its own calls the most urgent waits in the connection's name.
      IF s.wait_until IS NULL OR s.wait_until <= v_at OR p_rank <= s.wait_rank THEN
        s.wait_cost := p_cost; s.wait_keep := b.capacity * p_reserve; s.wait_rank := p_rank;
        s.wait_until := v_at + v_wait * interval '1 s' + c_grace;
      END IF;
      s.turn := v_turn;
      b.waiting_until := greatest(b.waiting_until, s.wait_until);
    END IF;
  END IF;

  IF v_because IS NULL THEN
    b.tokens := v_have - p_cost;
    b.filled_at := v_at;
    b.used_today := b.used_today + p_cost::int;
    IF p_day = 'sliding' THEN b.hours[(v_hour % 25)::int + 1] := b.hours[(v_hour % 25)::int + 1] + p_cost::int; END IF;
    b.turn := greatest(b.turn, v_turn);
    s.promised := v_promised;
    s.turn := v_turn + p_cost / s.weight;
    IF p_rank <= s.wait_rank THEN s.wait_until := NULL; END IF;
    IF s.spent_rank >= p_rank THEN s.spent_until := NULL; s.spent_rank := NULL; END IF;
  ELSIF v_because = 'day' AND (s.spent_until IS NULL OR s.spent_until <= v_at OR p_rank <= s.spent_rank) THEN
    s.spent_until := v_at + v_wait * interval '1 s';
    s.spent_rank := p_rank;
  END IF;

  UPDATE call_share SET weight = s.weight, turn = s.turn, promised = s.promised, wait_until = s.wait_until, wait_cost = s.wait_cost,
    wait_keep = s.wait_keep, wait_rank = s.wait_rank, spent_until = s.spent_until, spent_rank = s.spent_rank, asked_at = v_at,
    orders_today = orders_today + (v_because IS NULL AND p_purpose = 'orders')::int,
    falling_today = falling_today + (v_because IS NULL AND p_purpose = 'falling')::int,
    rising_today = rising_today + (v_because IS NULL AND p_purpose = 'rising')::int,
    drift_today = drift_today + (v_because IS NULL AND p_purpose = 'drift')::int,
    import_today = import_today + (v_because IS NULL AND p_purpose = 'import')::int
    WHERE scope = p_scope AND connection_id = p_connection;
  UPDATE call_budget SET tokens = b.tokens, filled_at = b.filled_at, capacity = b.capacity, restore_per_second = b.restore_per_second,
    per_day = b.per_day, used_today = b.used_today, day_started_at = b.day_started_at, hours = b.hours, hours_until = b.hours_until,
    turn = b.turn, waiting_until = b.waiting_until, weights = b.weights
    WHERE scope = p_scope;
  RETURN QUERY SELECT v_because IS NULL, v_because, v_wait * 1000;
END $$;

-- What the platform itself says stands above our own count. Where several accounts share the budget, an answer may be older than calls
-- that are on their way, so there it only ever lowers what is left of the second.
CREATE FUNCTION report_limits(p_scope text, p_shared boolean, p_day text, p_remaining float8, p_capacity float8, p_restore float8,
    p_per_day int, p_remaining_today int, p_retry_after_ms float8, p_at timestamptz)
  RETURNS void
  LANGUAGE plpgsql AS
$$
DECLARE
  b call_budget; v_at timestamptz; v_hour bigint; v_have float8; v_start timestamptz; v_unseen int;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  SELECT * INTO b FROM call_budget WHERE scope = p_scope FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  v_at := coalesce(p_at, clock_timestamp());
  b.reported := b.reported OR p_capacity IS NOT NULL OR p_per_day IS NOT NULL OR p_restore IS NOT NULL;
  b.capacity := coalesce(p_capacity, b.capacity);
  b.restore_per_second := coalesce(p_restore, b.restore_per_second);
  b.per_day := coalesce(p_per_day, b.per_day);
  IF p_remaining IS NOT NULL THEN
    v_have := least(b.capacity, b.tokens + b.restore_per_second * greatest(0, extract(epoch FROM v_at - b.filled_at)));
    b.tokens := least(b.capacity, CASE WHEN p_shared THEN least(v_have, p_remaining) ELSE p_remaining END);
    b.filled_at := v_at;
  END IF;
  IF p_remaining_today IS NOT NULL AND b.per_day IS NOT NULL THEN
    SELECT d.day_start INTO v_start FROM day_of_platform(p_day, v_at) d;
    IF p_day = 'sliding' THEN
      v_hour := floor(extract(epoch FROM v_at) / 3600);
      b.hours := hours_moved_on(b.hours, b.hours_until, v_hour);
      b.hours_until := v_hour;
      v_unseen := greatest(0, b.per_day - p_remaining_today - (SELECT sum(h) FROM unnest(b.hours) h)::int);
      b.hours[(v_hour % 25)::int + 1] := b.hours[(v_hour % 25)::int + 1] + v_unseen;
    ELSIF b.day_started_at = v_start THEN
      b.used_today := greatest(b.used_today, b.per_day - p_remaining_today);
    END IF;
  END IF;
  IF p_retry_after_ms IS NOT NULL THEN b.blocked_until := v_at + p_retry_after_ms * interval '1 ms'; END IF;
  UPDATE call_budget SET tokens = b.tokens, filled_at = b.filled_at, capacity = b.capacity, restore_per_second = b.restore_per_second,
    per_day = b.per_day, reported = b.reported, used_today = b.used_today, hours = b.hours, hours_until = b.hours_until,
    blocked_until = b.blocked_until
    WHERE scope = p_scope;
END $$;

DO $$
DECLARE f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['take_call(text,uuid,uuid,float8,text,int,float8,float8,float8,float8,int,text,timestamptz)',
      'report_limits(text,boolean,text,float8,float8,float8,int,int,float8,timestamptz)'] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO inventorysync_worker', f);
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION day_of_platform(text, timestamptz), hours_moved_on(integer[], bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION day_of_platform(text, timestamptz), hours_moved_on(integer[], bigint, bigint) TO inventorysync_web, inventorysync_worker;
