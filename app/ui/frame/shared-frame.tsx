import { AppProvider, type AppProviderProps } from "@shopify/polaris";
import polarisWords from "@shopify/polaris/locales/en.json";
import { type ReactNode, useMemo } from "react";
import { ClockProvider } from "../format.tsx";
import { FrontProvider, frontContext } from "../kit/front-context.tsx";
import { GuardedLink } from "../kit/guarded-navigation.tsx";
import { LiveProvider, useLive } from "../live/live.tsx";
import { StockProvider } from "../stock/stock-changes.tsx";
import type { FrameData } from "./frame-data.ts";

// Polaris' type still knows string refs.
const polarisLink = GuardedLink as AppProviderProps["linkComponent"];

/** What stands around every screen in either front, apart from what is seen: words, clock, live view, links. */
export function SharedFrame(props: FrameData & { children: ReactNode }) {
  const front = useMemo(() => frontContext(props.base, props.role), [props.base, props.role]);
  return (
    <FrontProvider value={front}>
      <AppProvider i18n={polarisWords} linkComponent={polarisLink}>
        <LiveProvider url={front.to("/live")}>
          <SellerClock {...props}>
            <StockProvider>{props.children}</StockProvider>
          </SellerClock>
        </LiveProvider>
      </AppProvider>
    </FrontProvider>
  );
}

/** A page that no longer follows must not say "12 s ago": its times become plain. */
function SellerClock(props: FrameData & { children: ReactNode }) {
  const { state } = useLive();
  return (
    <ClockProvider now={props.now} timeZone={props.seller.timeZone} absolute={state.kind === "stopped" || state.kind === "paused"}>
      {props.children}
    </ClockProvider>
  );
}
