/** The keys that the simulated platforms gave our app, under the names that production reads them from. */
type Grant = { app: Record<string, string>; account: { address: string | null } };

export type DemoAppKeys = {
  variables: Record<string, string>;
  /** Name of seller A's shop in the simulated Shopify admin. */
  shopName: string;
};

/** Asks the sandbox and tells it where our doors are. `appUrl` is this installation's own address. */
export async function exchangeWithSandbox(sandbox: string, appUrl: string): Promise<DemoAppKeys> {
  await ask("POST", "/control/doors", { app: appUrl });
  const [shopify, ebay, etsy] = await Promise.all(
    ["shopify", "ebay", "etsy"].map((channel) => ask("GET", `/control/${channel}/credentials?account=1`)),
  );
  const variables = {
    ...named(shopify, { SHOPIFY_API_KEY: "clientId", SHOPIFY_API_SECRET: "clientSecret" }),
    ...named(ebay, {
      EBAY_CLIENT_ID: "clientId",
      EBAY_CLIENT_SECRET: "clientSecret",
      EBAY_DEV_ID: "devId",
      EBAY_RU_NAME: "ruName",
      EBAY_VERIFICATION_TOKEN: "verificationToken",
    }),
    ...named(etsy, { ETSY_KEYSTRING: "keystring", ETSY_SHARED_SECRET: "sharedSecret", ETSY_WEBHOOK_SECRET: "webhookSecret" }),
  };
  const shopName = shopify?.account.address?.split(".")[0] ?? "";
  // Stands in for the page of the App Store: there the shop's owner installs the app.
  const store = { SHOPIFY_APP_STORE_URL: `${sandbox}/shopify/admin/store/${shopName}` };
  return { variables: { ...variables, ...store }, shopName };

  async function ask(method: "GET" | "POST", path: string, body?: unknown): Promise<Grant> {
    const answer = await fetch(sandbox + path, {
      method,
      ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`The sandbox answered ${answer.status} to ${method} ${path}.`);
    return (await answer.json()) as Grant;
  }
}

function named(grant: Grant | undefined, names: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(names).map(([variable, key]) => {
      const value = grant?.app[key];
      if (!value) throw new Error(`The sandbox gave no ${key} for ${variable}.`);
      return [variable, value];
    }),
  );
}
