-- Actors of the engine and the channels exist in every account (actors): where two become one, one row of each is left.
-- One account becomes part of another. Only an account without a single ledger line and without a live channel may be taken up: what it
-- holds beyond its connections can be made again from them. Whatever belongs to it follows, its consents and its record too.
CREATE OR REPLACE FUNCTION join_sellers(p_from uuid, p_into uuid)
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
  -- The engine, the channels and people who act for both are known to the other account by the same key.
  DELETE FROM actor a WHERE a.seller_id = p_from AND EXISTS (SELECT FROM actor o WHERE o.seller_id = p_into AND o.key = a.key);
  DELETE FROM membership m WHERE m.seller_id = p_from AND EXISTS (SELECT FROM membership o WHERE o.seller_id = p_into AND o.user_id = m.user_id);
  FOR t IN SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attname = 'seller_id' AND NOT a.attisdropped LOOP
    EXECUTE format('UPDATE %I SET seller_id = $2 WHERE seller_id = $1', t) USING p_from, p_into;
  END LOOP;
  DELETE FROM seller s WHERE s.id = p_from;
  RETURN 'joined';
END $$;
