import { AppProvider } from "@shopify/polaris";
import polarisWords from "@shopify/polaris/locales/en.json";
import type { ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { ClockProvider } from "#app/ui/format.tsx";
import { FrontProvider, frontContext } from "#app/ui/kit/front-context.tsx";

/** The moment at which everything rendered here happens. */
export const NOW = new Date("2026-11-23T12:00:00Z");

/** A piece of a screen as HTML, within the words, the clock and the front it would stand in. */
export function renderInFrame(piece: ReactElement, options: { role?: string; absolute?: boolean; timeZone?: string } = {}): string {
  const { role = "owner", absolute = false, timeZone = "Europe/Berlin" } = options;
  return renderToStaticMarkup(
    <FrontProvider value={frontContext("/portal", role)}>
      <AppProvider i18n={polarisWords}>
        <ClockProvider now={NOW} timeZone={timeZone} absolute={absolute}>
          {piece}
        </ClockProvider>
      </AppProvider>
    </FrontProvider>,
  );
}

/** What a person would read: text only, one space between pieces. */
export function textOf(html: string): string {
  return html
    .replace(/<[^>]+>/g, " ")
    .replace(/&#x27;/g, "'")
    .replace(/&amp;/g, "&")
    .replace(/\s+/g, " ")
    .trim();
}
