-- A person of a Shopify shop comes with the address that Shopify has verified (promise 1: an account holds a name and an e-mail), so
-- that what waits for a yes can be mailed. A visit on which Shopify names none empties nothing.
DROP FUNCTION door_shopify_user(uuid, text, text);

CREATE FUNCTION door_shopify_user(p_id uuid, p_external_id text, p_name text, p_email text)
  RETURNS uuid
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS
$$
BEGIN
  IF p_external_id NOT LIKE 'shopify:%' THEN
    RAISE EXCEPTION 'only people of a Shopify shop come in by this door';
  END IF;
  INSERT INTO app_user AS u (id, external_id, email, name) VALUES (p_id, p_external_id, p_email, p_name)
    ON CONFLICT (external_id) DO UPDATE SET email = excluded.email WHERE u.email = '' AND excluded.email <> '';
  RETURN (SELECT u.id FROM app_user u WHERE u.external_id = p_external_id);
END $$;

REVOKE ALL ON FUNCTION door_shopify_user(uuid, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION door_shopify_user(uuid, text, text, text) TO inventorysync_web;
