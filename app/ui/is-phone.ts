import { useBreakpoints } from "@shopify/polaris";

/** What the browser says of itself before it has measured anything (client hint), so that a phone is not painted twice. */
export function saysPhone(headers: Headers): boolean {
  return headers.get("sec-ch-ua-mobile") === "?1";
}

export function useIsPhone(saidPhone: boolean): boolean {
  return useBreakpoints({ defaults: { smDown: saidPhone } }).smDown;
}
