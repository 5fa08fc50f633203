import { createContext, useContext } from "react";

/** What a screen may know of where it stands: never which front, only how to get elsewhere in it and whether it may change things. */
export type FrontContextValue = { base: string; to: (path: string) => string; mayChange: boolean };

const FrontContext = createContext<FrontContextValue | null>(null);

export const FrontProvider = FrontContext.Provider;

export function useFront(): FrontContextValue {
  const front = useContext(FrontContext);
  if (!front) throw new Error("a screen stands outside a front's frame");
  return front;
}

export function frontContext(base: string, role: string): FrontContextValue {
  return { base, to: (path) => `${base}${path === "/" ? "" : path}`, mayChange: role !== "viewer" };
}
