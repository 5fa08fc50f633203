/** Numbers and moments as the seller reads them: Intl, in the seller's zone, relative below one hour. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { useTexts } from "./texts/texts.tsx";

export type Format = {
  number: (n: number) => string;
  /** With a sign; a minus sign, not a hyphen. */
  signed: (n: number) => string;
  /** Seconds with one decimal below ten. */
  seconds: (ms: number) => string;
  time: (at: Date) => string;
  /** Milliseconds between the moment and now. */
  age: (at: Date) => number;
  /** The time, with its day where that is not today: "since 14:05:12". */
  clock: (at: Date) => string;
  day: (at: Date) => string;
  full: (at: Date) => string;
  /** "12 s ago", "in 3 min", or the time where it lies an hour or more away. */
  relative: (at: Date | null) => string;
  /** Counts above the limit are said as "10,000+". */
  atMost: (n: number, limit: number) => string;
};

type Clock = { now: Date; timeZone: string; locale: string; absolute: boolean };
const ClockContext = createContext<Clock>({ now: new Date(0), timeZone: "UTC", locale: "en", absolute: true });

const TICK_MS = 5_000;

/** `now` is the server's; the page counts on from it, so that a wrong clock of the computer shows no wrong ages. */
export function ClockProvider(props: { now: Date; timeZone: string; locale?: string; absolute: boolean; children: ReactNode }) {
  const { now: serverNow, timeZone, locale = "en", absolute } = props;
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    setNow(serverNow);
    const started = Date.now();
    const timer = setInterval(() => setNow(new Date(serverNow.getTime() + Date.now() - started)), TICK_MS);
    return () => clearInterval(timer);
  }, [serverNow]);
  const value = useMemo(() => ({ now, timeZone, locale, absolute }), [now, timeZone, locale, absolute]);
  return <ClockContext.Provider value={value}>{props.children}</ClockContext.Provider>;
}

const HOUR_MS = 3_600_000;

export function useFormat(): Format {
  const { now, timeZone, locale, absolute } = useContext(ClockContext);
  const { time: words, many } = useTexts().frame;
  return useMemo(() => {
    const plain = new Intl.NumberFormat(locale);
    const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
    const time = new Intl.DateTimeFormat(locale, { timeZone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
    const day = new Intl.DateTimeFormat(locale, { timeZone, weekday: "short", day: "numeric", month: "short", year: "numeric" });
    const short = new Intl.DateTimeFormat(locale, {
      timeZone,
      day: "numeric",
      month: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    const full = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: "full", timeStyle: "long" });
    const number = (n: number) => plain.format(n).replace("-", "−");
    const sameDay = (at: Date) => day.format(at) === day.format(now);
    const clock = (at: Date) => (sameDay(at) ? time.format(at) : short.format(at));
    const relative = (at: Date | null) => {
      if (at === null) return words.never;
      const ms = now.getTime() - at.getTime();
      const far = Math.abs(ms) >= HOUR_MS || absolute;
      if (far) return clock(at);
      const seconds = Math.round(Math.abs(ms) / 1000);
      if (seconds < 3) return words.now;
      if (seconds < 60) return ms > 0 ? words.seconds({ n: seconds }) : words.inSeconds({ n: seconds });
      const minutes = Math.round(seconds / 60);
      return ms > 0 ? words.minutes({ n: minutes }) : words.inMinutes({ n: minutes });
    };
    return {
      number,
      signed: (n) => (n > 0 ? `+${number(n)}` : number(n)),
      seconds: (ms) => (ms < 10_000 ? tenths.format(ms / 1000) : plain.format(Math.round(ms / 1000))),
      time: (at) => time.format(at),
      clock,
      age: (at) => now.getTime() - at.getTime(),
      day: (at) => day.format(at),
      full: (at) => full.format(at),
      relative,
      atMost: (n, limit) => (n > limit ? many({ n: plain.format(limit) }) : plain.format(n)),
    };
  }, [now, timeZone, locale, absolute, words, many]);
}

/** A moment with its full text for readers and pointers. */
export function Moment(props: { at: Date | null }) {
  const format = useFormat();
  if (props.at === null) return <>{format.relative(null)}</>;
  return (
    <time dateTime={props.at.toISOString()} title={format.full(props.at)} suppressHydrationWarning>
      {format.relative(props.at)}
    </time>
  );
}
