import { useRevalidator } from "@remix-run/react";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";
import { useAtRest } from "./at-rest.ts";
import { followLive, type LiveState } from "./live-stream.ts";

type Live = { state: LiveState | { kind: "paused" }; pause: () => void; resume: () => void };

const LiveContext = createContext<Live>({ state: { kind: "connecting" }, pause: () => {}, resume: () => {} });

export function useLive(): Live {
  return useContext(LiveContext);
}

/** Hints that come close together become one look. */
const GATHER_MS = 300;

/**
 * Reads the page's data again whenever something of this seller moved. A hidden tab does not listen. A look waits until the page
 * is at rest: a look in the middle of a navigation would begin it anew, and a busy shop could hold it up for good.
 */
export function LiveProvider(props: { url: string; children: ReactNode }) {
  const { revalidate } = useRevalidator();
  const atRest = useAtRest();
  const [state, setState] = useState<LiveState>({ kind: "connecting" });
  const [wanted, setWanted] = useState(false);
  const [paused, setPaused] = useState(false);
  const [round, setRound] = useState(0);
  const [hidden, setHidden] = useState(false);

  useEffect(() => {
    const watch = () => setHidden(document.visibilityState === "hidden");
    document.addEventListener("visibilitychange", watch);
    return () => document.removeEventListener("visibilitychange", watch);
  }, []);

  useEffect(() => {
    if (!wanted || !atRest) return;
    const timer = setTimeout(() => {
      setWanted(false);
      revalidate();
    }, GATHER_MS);
    return () => clearTimeout(timer);
  }, [wanted, atRest, revalidate]);

  // `round` rises when the seller asks to reconnect at once.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (paused || hidden) return;
    let missed = false;
    return followLive({
      url: props.url,
      onLookAgain: () => setWanted(true),
      onState: (next) => {
        // While the stream was away something may have happened unseen.
        if (next.kind === "live" && missed) setWanted(true);
        missed = next.kind === "stopped";
        setState((before) => (before.kind === next.kind && next.kind !== "stopped" ? before : next));
      },
    });
  }, [props.url, paused, hidden, round]);

  const live = useMemo<Live>(
    () => ({
      state: paused ? { kind: "paused" } : state,
      pause: () => setPaused(true),
      resume: () => {
        setPaused(false);
        setRound((n) => n + 1);
        setWanted(true);
      },
    }),
    [paused, state],
  );
  return <LiveContext.Provider value={live}>{props.children}</LiveContext.Provider>;
}

/** Says whether the page follows, and lets it be held still. */
export function LiveBar() {
  const { state, pause, resume } = useLive();
  const words = useTexts().frame.live;
  const format = useFormat();
  switch (state.kind) {
    case "connecting":
      return <span className="live-bar">{words.connecting}</span>;
    case "live":
      return (
        <span className="live-bar">
          <span className="live-dot" aria-hidden="true" />
          {words.on}
          <button type="button" className="live-button" onClick={pause}>
            {words.pause}
          </button>
        </span>
      );
    case "paused":
      return (
        <span className="live-bar">
          {words.paused}
          <button type="button" className="live-button" onClick={resume}>
            {words.resume}
          </button>
        </span>
      );
    case "stopped":
      return (
        <span className="live-bar live-bar-stopped">
          {words.stopped({ at: format.time(state.since) })}
          <button type="button" className="live-button" onClick={resume}>
            {words.reconnect}
          </button>
        </span>
      );
    default: {
      const never: never = state;
      return never;
    }
  }
}
