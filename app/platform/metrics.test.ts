import { describe, expect, it } from "vitest";
import { createMetrics } from "./metrics.server.ts";

describe("metrics", () => {
  it("show counters, gauges and histograms under our prefix and role", async () => {
    const metrics = createMetrics({ role: "web", process: false });
    metrics.counter("deliveries_total", "Deliveries", ["channel"]).inc({ channel: "etsy" }, 3);
    metrics.gauge("open_pages", "Pages", []).set(2);
    metrics.histogram("door_seconds", "Door", ["channel"]).observe({ channel: "etsy" }, 0.004);
    const { text, contentType } = await metrics.page();
    expect(contentType).toMatch(/^text\/plain/);
    expect(text).toContain('inventorysync_deliveries_total{channel="etsy",role="web"} 3');
    expect(text).toContain('inventorysync_open_pages{role="web"} 2');
    expect(text).toContain('inventorysync_door_seconds_bucket{le="0.005",role="web",channel="etsy"} 1');
  });

  it("stand beside each other in one process", async () => {
    const [one, other] = [createMetrics({ role: "web", process: false }), createMetrics({ role: "worker", process: false })];
    one.counter("same_total", "Same", []).inc();
    other.counter("same_total", "Same", []).inc(5);
    expect((await one.page()).text).toContain('inventorysync_same_total{role="web"} 1');
    expect((await other.page()).text).toContain('inventorysync_same_total{role="worker"} 5');
  });

  it("tell of the process itself unless told not to", async () => {
    expect((await createMetrics({ role: "web" }).page()).text).toContain("inventorysync_nodejs_eventloop_lag_seconds");
  });
});
