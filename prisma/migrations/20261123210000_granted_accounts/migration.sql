-- A third way to connect: the seller agrees at the platform itself, whose callback brings a code that is exchanged for tokens.

-- AlterTable
ALTER TABLE "connect_attempt" ADD COLUMN     "claim_hash" TEXT,
ADD COLUMN     "code_sealed" TEXT,
ADD COLUMN     "return_to" TEXT,
ADD COLUMN     "verifier_sealed" TEXT;

-- The web role begins a try and burns its claim; what is sealed it cannot read back. Where the browser goes after the callback is
-- told to the intake role alone, together with the state's end.
GRANT SELECT (claim_hash) ON "connect_attempt" TO inventorysync_web;
GRANT UPDATE (claim_hash, return_to, verifier_sealed, code_sealed) ON "connect_attempt" TO inventorysync_web;

-- Doors of the callback: nobody is signed in there. Whatever comes with a state that still waits ends that state at once.
CREATE FUNCTION intake_grant_take(p_id uuid, p_state_hash text, p_code_sealed text, p_claim_hash text, p_exchange_ms int)
  RETURNS text
  LANGUAGE sql SECURITY DEFINER SET search_path = public AS
$$ UPDATE connect_attempt a SET code_sealed = p_code_sealed, claim_hash = p_claim_hash, state = 'exchanging', used_at = clock_timestamp(),
      expires_at = clock_timestamp() + p_exchange_ms * interval '1 ms'
    WHERE a.id = p_id AND a.state_hash = p_state_hash AND a.way = 'granted' AND a.state = 'waiting' AND a.used_at IS NULL
      AND a.expires_at > clock_timestamp()
    RETURNING a.return_to $$;

CREATE FUNCTION intake_grant_refuse(p_id uuid, p_state_hash text, p_problem text)
  RETURNS text
  LANGUAGE sql SECURITY DEFINER SET search_path = public AS
$$ UPDATE connect_attempt a SET verifier_sealed = NULL, state = 'failed', problem = p_problem, used_at = clock_timestamp()
    WHERE a.id = p_id AND a.state_hash = p_state_hash AND a.way = 'granted' AND a.state = 'waiting' AND a.used_at IS NULL
      AND a.expires_at > clock_timestamp()
    RETURNING a.return_to $$;

-- How many accounts of a platform are connected in this installation, all sellers together: some application keys serve only a few.
CREATE FUNCTION door_accounts_held(p_channel text)
  RETURNS int
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT count(*)::int FROM connection c WHERE c.channel = p_channel::channel_name AND c.lifecycle <> 'disconnected' $$;

DO $$
DECLARE f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['intake_grant_take(uuid,text,text,text,int)', 'intake_grant_refuse(uuid,text,text)'] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO inventorysync_intake', f);
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION door_accounts_held(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door_accounts_held(text) TO inventorysync_web;
