import { createContext } from "react";

/** The request's Content-Security-Policy nonce; given by entry.server, empty in the browser, which hides nonces anyway. */
export const NonceContext = createContext("");
