/**
 * Follows a stream of "look again" lines with fetch (an EventSource cannot carry Shopify's token). Reconnects with growing
 * pauses; after ten silent seconds it says that it sees nothing, and since when.
 */
export type LiveState = { kind: "connecting" } | { kind: "live" } | { kind: "stopped"; since: Date };

export type LiveStreamOptions = {
  url: string;
  onLookAgain: (what: string) => void;
  onState: (state: LiveState) => void;
  /** Replaced in tests. */
  fetch?: typeof fetch;
  now?: () => Date;
  silenceMs?: number;
  firstPauseMs?: number;
};

const LONGEST_PAUSE_MS = 30_000;

/** Answers how to stop following. */
export function followLive(options: LiveStreamOptions): () => void {
  const { url, onLookAgain, onState, silenceMs = 10_000, firstPauseMs = 1_000 } = options;
  const now = options.now ?? (() => new Date());
  const ask = options.fetch ?? fetch;
  let ended = false;
  let pauseMs = firstPauseMs;
  let lastHeard = now();
  let attempt: AbortController | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;

  const heard = () => {
    lastHeard = now();
    clearTimeout(silence);
    silence = setTimeout(() => {
      onState({ kind: "stopped", since: lastHeard });
      attempt?.abort();
    }, silenceMs);
  };

  async function readAll(mine: AbortController): Promise<void> {
    // An attempt that is never answered must not block the next one.
    const giveUp = setTimeout(() => mine.abort(), silenceMs);
    try {
      const answer = await ask(url, { signal: mine.signal, headers: { accept: "text/event-stream" } });
      if (!answer.ok || !answer.body || !answer.headers.get("content-type")?.includes("text/event-stream"))
        throw new Error(`answered ${answer.status}`);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(giveUp);
        heard();
        onState({ kind: "live" });
        pauseMs = firstPauseMs;
        const lines = (rest + value).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line.startsWith("data: ")) onLookAgain(line.slice(6));
      }
    } finally {
      clearTimeout(giveUp);
    }
  }

  async function connect(): Promise<void> {
    attempt = new AbortController();
    try {
      await readAll(attempt);
    } catch {
      // Cut, refused or silent: all the same to the page. The silence timer says so, and the next attempt follows.
    }
    if (ended) return;
    retry = setTimeout(() => void connect(), pauseMs);
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
  }

  heard();
  onState({ kind: "connecting" });
  void connect();
  return () => {
    ended = true;
    clearTimeout(retry);
    clearTimeout(silence);
    attempt?.abort();
  };
}
