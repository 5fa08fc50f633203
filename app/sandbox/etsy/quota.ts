/**
 * Etsy counts per app: calls in a second, and calls in a sliding day made of twelve buckets of two hours, so that a spent quota
 * comes back bucket by bucket and not at midnight.
 */
const BUCKET_MS = 2 * 3600_000;
const BUCKETS = 12;

export type QuotaAnswer = { allowed: true; headers: Record<string, string> } | { allowed: false; over: "second" | "day" };

export class Quota {
  private second = { at: 0, calls: 0 };
  private buckets: { at: number; calls: number }[] = [];
  readonly perSecond: number;
  readonly perDay: number;

  constructor(perSecond: number, perDay: number) {
    this.perSecond = perSecond;
    this.perDay = perDay;
  }

  /** Counts a call, unless a limit is reached; the second is looked at first. */
  take(nowMs: number): QuotaAnswer {
    const second = Math.floor(nowMs / 1000);
    if (this.second.at !== second) this.second = { at: second, calls: 0 };
    if (this.second.calls >= this.perSecond) return { allowed: false, over: "second" };

    const bucket = Math.floor(nowMs / BUCKET_MS);
    this.buckets = this.buckets.filter((candidate) => candidate.at > bucket - BUCKETS);
    const today = this.buckets.reduce((sum, candidate) => sum + candidate.calls, 0);
    if (today >= this.perDay) return { allowed: false, over: "day" };

    this.second.calls += 1;
    const current = this.buckets.find((candidate) => candidate.at === bucket);
    if (current) current.calls += 1;
    else this.buckets.push({ at: bucket, calls: 1 });
    return {
      allowed: true,
      headers: {
        "x-limit-per-second": String(this.perSecond),
        "x-remaining-this-second": String(this.perSecond - this.second.calls),
        "x-limit-per-day": String(this.perDay),
        "x-remaining-today": String(this.perDay - today - 1),
      },
    };
  }
}
