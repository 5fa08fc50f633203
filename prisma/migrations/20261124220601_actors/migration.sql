-- Whoever causes something has a row of each seller's own: the engine and the channels have one key for all of them, and a person may act
-- for several sellers.
ALTER TABLE "actor" DROP CONSTRAINT "actor_pkey", ADD CONSTRAINT "actor_pkey" PRIMARY KEY ("seller_id", "key");
DROP INDEX "actor_seller_id_idx";

-- Every seller begins with them, whoever makes the row.
CREATE FUNCTION seller_actors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "actor" (key, seller_id, kind, label) VALUES
    ('engine', NEW.id, 'engine', 'InventorySync'), ('channel:shopify', NEW.id, 'channel', 'Shopify'), ('channel:ebay', NEW.id, 'channel', 'eBay'),
    ('channel:etsy', NEW.id, 'channel', 'Etsy'), ('channel:woocommerce', NEW.id, 'channel', 'WooCommerce')
  ON CONFLICT (seller_id, key) DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER seller_actors AFTER INSERT ON "seller" FOR EACH ROW EXECUTE FUNCTION seller_actors();

INSERT INTO "actor" (key, seller_id, kind, label)
SELECT a.key, s.id, a.kind, a.label FROM "seller" s CROSS JOIN (VALUES
  ('engine', 'engine', 'InventorySync'), ('channel:shopify', 'channel', 'Shopify'), ('channel:ebay', 'channel', 'eBay'),
  ('channel:etsy', 'channel', 'Etsy'), ('channel:woocommerce', 'channel', 'WooCommerce')) a(key, kind, label)
ON CONFLICT (seller_id, key) DO NOTHING;
-- The demo acts only where it has acted.
INSERT INTO "actor" (key, seller_id, kind, label) SELECT DISTINCT 'demo', seller_id, 'demo', 'The demo' FROM "audit_event" WHERE actor_key = 'demo'
ON CONFLICT (seller_id, key) DO NOTHING;
