import { createContext } from "react";

/**
 * The word that this page's own scripts carry (content security policy); given by the server's entry, read by root.tsx for
 * <Scripts> and <ScrollRestoration>. Undefined in the browser, which hides the attribute from scripts.
 */
export const NonceContext = createContext<string | undefined>(undefined);
