-- Shopify's own way in: tokens wait here until somebody of the shop agrees; afterwards connection_secret is the only place that holds them.

-- DropTable: the library's sessions held a second copy of the tokens; what it asks for is answered from the connection now.
DROP TABLE "shopify_session";

-- CreateTable
CREATE TABLE "shopify_grant" (
    "id" UUID NOT NULL,
    "shop" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "sealed" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "refresh_expires_at" TIMESTAMPTZ(3),
    "shop_user" TEXT,
    "consent_version" TEXT,
    "problem" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "shopify_grant_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "shopify_grant_shop_key" ON "shopify_grant"("shop");

-- CreateIndex
CREATE INDEX "shopify_grant_state_created_at_idx" ON "shopify_grant"("state", "created_at");

-- The web role seals tokens into it and notes who agreed; it cannot read a token back.
GRANT INSERT ON "shopify_grant" TO inventorysync_web;
GRANT SELECT (id, shop, state, expires_at, refresh_expires_at, shop_user, consent_version, problem, created_at) ON "shopify_grant" TO inventorysync_web;
GRANT UPDATE (id, state, sealed, expires_at, refresh_expires_at, shop_user, consent_version, problem, created_at) ON "shopify_grant" TO inventorysync_web;
GRANT SELECT, INSERT, UPDATE, DELETE ON "shopify_grant" TO inventorysync_worker;

-- Doors of the embedded front. The shop and the person are proved by a session token before anybody asks here.
CREATE FUNCTION door_shop(p_shop text, p_user text)
  RETURNS TABLE (connection_id uuid, external_id text, seller_id uuid, seller_name text, lifecycle text, usable boolean, user_id uuid, role text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS
$$ SELECT c.id, c.external_id, c.seller_id, s.name, c.lifecycle::text,
     -- A blind connection is given fresh tokens when somebody opens the app, but not with every page.
     k.id IS NOT NULL AND coalesce(k.refresh_expires_at > clock_timestamp(), true)
       AND (c.blind_since IS NULL OR k.rotated_at > clock_timestamp() - interval '10 minutes'),
     u.id, m.role::text
   FROM connection c JOIN seller s ON s.id = c.seller_id
   LEFT JOIN connection_secret k ON k.connection_id = c.id AND k.kind = 'credentials'
   LEFT JOIN app_user u ON u.external_id = 'shopify:' || c.external_id || ':' || p_user
   LEFT JOIN membership m ON m.user_id = u.id AND m.seller_id = c.seller_id
   WHERE c.channel = 'shopify' AND c.address = p_shop ORDER BY c.lifecycle = 'disconnected', c.created_at DESC LIMIT 1 $$;

-- A person of the shop whom the web role meets for the first time; membership is given under the wall, like any other row.
CREATE FUNCTION door_shopify_user(p_id uuid, p_external_id text, p_name text)
  RETURNS uuid
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS
$$
BEGIN
  IF p_external_id NOT LIKE 'shopify:%' THEN
    RAISE EXCEPTION 'only people of a Shopify shop come in by this door';
  END IF;
  INSERT INTO app_user (id, external_id, email, name) VALUES (p_id, p_external_id, '', p_name) ON CONFLICT (external_id) DO NOTHING;
  RETURN (SELECT u.id FROM app_user u WHERE u.external_id = p_external_id);
END $$;

DO $$
DECLARE f text;
BEGIN
  FOREACH f IN ARRAY ARRAY['door_shop(text,text)', 'door_shopify_user(uuid,text,text)'] LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO inventorysync_web', f);
  END LOOP;
END $$;
