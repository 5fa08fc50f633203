import { AppProvider } from "@shopify/polaris";
import polarisWords from "@shopify/polaris/locales/en.json";
import { type ReactNode, useContext } from "react";
import { EmbeddedKitProvider } from "../kit/embedded-kit.tsx";
import { NonceContext } from "../nonce.ts";
import { APP_BRIDGE_URL } from "./app-bridge-url.ts";

/** Around the one page inside Shopify admin that stands before any seller: no menu, nothing live, nothing to stop. */
export function FirstFrame(props: { apiKey: string; appBridgeUrl: string | undefined; children: ReactNode }) {
  const nonce = useContext(NonceContext);
  return (
    <>
      <script src={props.appBridgeUrl ?? APP_BRIDGE_URL} data-api-key={props.apiKey} nonce={nonce} suppressHydrationWarning />
      <EmbeddedKitProvider>
        <AppProvider i18n={polarisWords}>{props.children}</AppProvider>
      </EmbeddedKitProvider>
    </>
  );
}
