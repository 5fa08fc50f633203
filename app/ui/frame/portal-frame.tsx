import { Link, NavLink, useNavigation } from "@remix-run/react";
import type { ReactNode } from "react";
import { useFront } from "../kit/front-context.tsx";
import { PortalKitProvider } from "../kit/portal-kit.tsx";
import { LiveBar } from "../live/live.tsx";
import { useTexts } from "../texts/texts.tsx";
import { type FrameData, NAV } from "./frame-data.ts";
import { LogoMark } from "./logo-mark.tsx";
import { SharedFrame } from "./shared-frame.tsx";
import { StoppedBanner, StopSwitch } from "./stop-switch.tsx";

type PortalFrameProps = FrameData & { person: string; signOutPath: string; children: ReactNode };

/** The portal: a shelf-coloured page with a strip of tabs along the top, unlike any admin with a side menu. */
export function PortalFrame(props: PortalFrameProps) {
  return (
    <PortalKitProvider>
      <SharedFrame {...props}>
        <div className="portal">
          <PortalHead {...props} />
          <StoppedBanner stoppedAt={props.seller.stoppedAt} />
          <main id="content" className="portal-content" tabIndex={-1}>
            {props.children}
          </main>
        </div>
      </SharedFrame>
    </PortalKitProvider>
  );
}

function PortalHead(props: PortalFrameProps) {
  const words = useTexts().frame;
  const front = useFront();
  const navigation = useNavigation();
  return (
    <header className="portal-head" data-busy={navigation.state === "loading" || undefined}>
      <a className="portal-skip" href="#content">
        {words.skip}
      </a>
      <div className="portal-bar">
        <Link to={front.to("/")} className="portal-logo">
          <LogoMark />
          {words.product}
        </Link>
        <div className="portal-tools">
          <LiveBar />
          <StopSwitch stoppedAt={props.seller.stoppedAt} />
          <span className="portal-person">{words.signedInAs({ name: props.person, seller: props.seller.name })}</span>
          <form method="post" action={props.signOutPath}>
            <button type="submit" className="portal-link">
              {words.signOut}
            </button>
          </form>
        </div>
      </div>
      <nav aria-label={words.nav.label} className="portal-nav">
        <NavLink to={front.to("/")} end prefetch="intent">
          {words.nav.home}
        </NavLink>
        {NAV.map((item) => (
          <NavLink key={item} to={front.to(`/${item}`)} prefetch="intent">
            {words.nav[item]}
          </NavLink>
        ))}
      </nav>
      {!front.mayChange && <p className="portal-viewer">{words.viewer}</p>}
    </header>
  );
}
