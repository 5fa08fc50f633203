/** What the site says of itself: the REST index (for everybody) and the system status (for a key). */
import type { SimResponse } from "../simulator.ts";
import { json } from "./answers.ts";
import { SITE_OFFSET_HOURS, SITE_TIME_ZONE } from "./dates.ts";
import { CURRENCY } from "./render.ts";
import type { Shop } from "./shop.ts";

export function siteIndex(shop: Shop): SimResponse {
  return json(200, {
    name: `Harbour Goods ${shop.account}`,
    description: "A small shop",
    url: shop.address(),
    home: shop.address(),
    gmt_offset: String(SITE_OFFSET_HOURS),
    timezone_string: SITE_TIME_ZONE,
    namespaces: ["oembed/1.0", "wc/v1", "wc/v2", "wc/v3", "wc/store/v1", "wp/v2"],
    authentication: [],
    routes: {},
  });
}

export function systemStatus(shop: Shop): SimResponse {
  return json(200, {
    environment: {
      home_url: shop.address(),
      site_url: shop.address(),
      version: shop.isOld ? "5.9.1" : "10.0.2",
      wp_version: shop.isOld ? "5.9.10" : "6.8.3",
      php_version: "8.2.28",
      wp_multisite: false,
      language: "en_US",
    },
    database: { wc_database_version: shop.isOld ? "5.9.1" : "10.0.2" },
    active_plugins: [],
    theme: { name: "Storefront", version: "4.6.1" },
    settings: {
      api_enabled: true,
      force_ssl: false,
      currency: CURRENCY,
      currency_symbol: "€",
      number_of_decimals: 2,
      HPOS_enabled: !shop.isOld,
    },
    security: { secure_connection: false, hide_errors: true },
  });
}
