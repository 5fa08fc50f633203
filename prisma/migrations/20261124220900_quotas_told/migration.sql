-- What a platform's own read-out says of its daily quotas (eBay: getRateLimits), beside our own count.

-- AlterTable
ALTER TABLE "call_budget" ADD COLUMN     "told_at" TIMESTAMPTZ(3),
ADD COLUMN     "told_left" INTEGER,
ADD COLUMN     "told_per_day" INTEGER,
ADD COLUMN     "told_resets_at" TIMESTAMPTZ(3);

-- The platform's figure of the day's quota is taken over; of what is used, the stricter count stands: calls of ours may be on their way
-- while the platform answers, and calls that are not ours are known to the platform alone. For days that end at a midnight.
CREATE FUNCTION report_quota(p_scope text, p_day text, p_capacity float8, p_restore float8, p_per_day int, p_left int,
    p_resets_at timestamptz, p_at timestamptz)
  RETURNS void
  LANGUAGE plpgsql AS
$$
DECLARE
  b call_budget; v_at timestamptz; v_start timestamptz;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  v_at := coalesce(p_at, clock_timestamp());
  -- A count of a day that is over.
  IF p_resets_at <= v_at THEN RETURN; END IF;
  INSERT INTO call_budget (scope, tokens, filled_at, capacity, restore_per_second, per_day, day_started_at)
    VALUES (p_scope, p_capacity, v_at, p_capacity, p_restore, p_per_day, v_at) ON CONFLICT DO NOTHING;
  SELECT * INTO b FROM call_budget WHERE scope = p_scope FOR NO KEY UPDATE;
  SELECT d.day_start INTO v_start FROM day_of_platform(p_day, v_at) d;
  IF b.day_started_at <> v_start THEN
    -- As take_call begins a day: whoever comes first must not wipe out what was told.
    UPDATE call_share SET promised = NULL, orders_today = 0, falling_today = 0, rising_today = 0, drift_today = 0, import_today = 0,
      spent_until = NULL, spent_rank = NULL WHERE scope = p_scope;
    SELECT coalesce(sum(weight), 0) INTO b.weights FROM call_share WHERE scope = p_scope;
    b.used_today := 0;
  END IF;
  UPDATE call_budget SET per_day = p_per_day, reported = true, day_started_at = v_start, weights = b.weights,
    used_today = greatest(b.used_today, p_per_day - p_left),
    told_per_day = p_per_day, told_left = p_left, told_resets_at = p_resets_at, told_at = v_at
    WHERE scope = p_scope;
END $$;

REVOKE ALL ON FUNCTION report_quota(text, text, float8, float8, int, int, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION report_quota(text, text, float8, float8, int, int, timestamptz, timestamptz) TO inventorysync_worker;
