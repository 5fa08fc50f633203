import { createContext, useContext } from "react";
import { en, type Texts } from "./en.ts";

const TextsContext = createContext<Texts>(en);

export const TextsProvider = TextsContext.Provider;

/** The catalogue in the seller's language. */
export function useTexts(): Texts {
  return useContext(TextsContext);
}
