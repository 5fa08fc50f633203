-- The one who installed the app comes by the installation, which names no address: the door says whether one is known, so that Shopify
-- is asked for it once.
DROP FUNCTION door_shop(text, text);

CREATE FUNCTION door_shop(p_shop text, p_user text)
  RETURNS TABLE (connection_id uuid, external_id text, seller_id uuid, seller_name text, lifecycle text, usable boolean, user_id uuid, role text,
    mail_known boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT c.id, c.external_id, c.seller_id, s.name, c.lifecycle::text,
     -- A blind connection is given fresh tokens when somebody opens the app, but not with every page.
     k.id IS NOT NULL AND coalesce(k.refresh_expires_at > clock_timestamp(), true)
       AND (c.blind_since IS NULL OR k.rotated_at > clock_timestamp() - interval '10 minutes'),
     u.id, m.role::text, coalesce(u.email <> '', false)
   FROM connection c JOIN seller s ON s.id = c.seller_id
   LEFT JOIN connection_secret k ON k.connection_id = c.id AND k.kind = 'credentials'
   LEFT JOIN app_user u ON u.external_id = 'shopify:' || c.external_id || ':' || p_user
   LEFT JOIN membership m ON m.user_id = u.id AND m.seller_id = c.seller_id
   WHERE c.channel = 'shopify' AND c.address = p_shop ORDER BY c.lifecycle = 'disconnected', c.created_at DESC LIMIT 1 $$;

REVOKE ALL ON FUNCTION door_shop(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door_shop(text, text) TO inventorysync_web;
