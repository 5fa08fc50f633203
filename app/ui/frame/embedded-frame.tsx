import { Link, useNavigate, useNavigation } from "@remix-run/react";
import { NavMenu } from "@shopify/app-bridge-react";
import { type ReactNode, useContext, useEffect } from "react";
import { EmbeddedKitProvider } from "../kit/embedded-kit.tsx";
import { useFront } from "../kit/front-context.tsx";
import { LiveBar } from "../live/live.tsx";
import { NonceContext } from "../nonce.ts";
import { useTexts } from "../texts/texts.tsx";
import { APP_BRIDGE_URL } from "./app-bridge-url.ts";
import { type FrameData, NAV } from "./frame-data.ts";
import { SharedFrame } from "./shared-frame.tsx";
import { StoppedBanner, StopSwitch } from "./stop-switch.tsx";

type EmbeddedFrameProps = FrameData & { apiKey: string; appBridgeUrl: string | undefined; children: ReactNode };

/** Inside Shopify admin: no header, no menu of our own; the admin draws both. */
export function EmbeddedFrame(props: EmbeddedFrameProps) {
  const nonce = useContext(NonceContext);
  return (
    <>
      <script src={props.appBridgeUrl ?? APP_BRIDGE_URL} data-api-key={props.apiKey} nonce={nonce} suppressHydrationWarning />
      <EmbeddedKitProvider>
        <SharedFrame {...props}>
          <AdminMenu />
          <StoppedBanner stoppedAt={props.seller.stoppedAt} />
          <div className="frame-strip">
            <LiveBar />
            <StopSwitch stoppedAt={props.seller.stoppedAt} />
          </div>
          {props.children}
        </SharedFrame>
      </EmbeddedKitProvider>
    </>
  );
}

/** The admin's own loading bar: old rows stay while the next page is on its way. */
function useAdminLoading() {
  const { state } = useNavigation();
  useEffect(() => window.shopify?.loading(state === "loading"), [state]);
}

function AdminMenu() {
  const words = useTexts().frame.nav;
  const front = useFront();
  const navigate = useNavigate();
  useAdminLoading();
  useEffect(() => {
    const follow = (event: Event) => {
      const href = event.target instanceof Element ? event.target.getAttribute("href") : null;
      if (href) navigate(href);
    };
    addEventListener("shopify:navigate", follow);
    return () => removeEventListener("shopify:navigate", follow);
  }, [navigate]);
  return (
    <NavMenu>
      <Link to={front.to("/")} rel="home">
        {words.home}
      </Link>
      {NAV.map((item) => (
        <Link key={item} to={front.to(`/${item}`)}>
          {words[item]}
        </Link>
      ))}
    </NavMenu>
  );
}
