import { describe, expect, it } from "vitest";
import { channelRegistry } from "#app/channels/registry.server.ts";
import { createLogger } from "#app/platform/log.server.ts";
import { watchVersions } from "./watch-versions.server.ts";

/** What the log says `days` before the pinned Shopify version ends. */
function linesBefore(days: number): { level: unknown; channel: unknown; daysLeft: unknown; warning: unknown }[] {
  const lines: string[] = [];
  const log = createLogger({ level: "info", role: "test", write: (line) => lines.push(line) });
  const ends = new Date(channelRegistry.shopify.apiVersion.endsOn ?? "");
  watchVersions({ channels: channelRegistry, log, now: () => new Date(ends.getTime() - days * 86_400_000) });
  return lines.map((line) => {
    const { level, channel, daysLeft, warning } = JSON.parse(line) as Record<string, unknown>;
    return { level, channel, daysLeft, warning };
  });
}

describe("the operator's line about an interface that ends", () => {
  it("is not there before the last 90 days", () => {
    expect(linesBefore(91)).toEqual([]);
  });

  it.each([
    [90, "warn", 90],
    [30, "warn", 30],
    [7, "error", 7],
    [-3, "error", null],
  ])("%s days before: %s", (days, level, warning) => {
    expect(linesBefore(days)).toEqual([{ level, channel: "shopify", daysLeft: days, warning }]);
  });
});
