import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** Seconds; fine where a door must be quick, coarse where a platform is slow. */
export const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * One process's figures in Prometheus' form. A registry of its own and not the library's global one, so that two houses can
 * stand in one process. Label values come from closed lists (channel, outcome), never from outside.
 */
export type Metrics = {
  counter<Label extends string>(name: string, help: string, labels: readonly Label[]): Counter<Label>;
  gauge<Label extends string>(name: string, help: string, labels: readonly Label[]): Gauge<Label>;
  histogram<Label extends string>(name: string, help: string, labels: readonly Label[], buckets?: number[]): Histogram<Label>;
  /** The page for the scraper. */
  page(): Promise<{ contentType: string; text: string }>;
};

const PREFIX = "inventorysync_";

/** `process: false` leaves out memory, event loop and garbage collection, which tests do not need. */
export function createMetrics(options: { role: string; process?: boolean }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ role: options.role });
  if (options.process !== false) collectDefaultMetrics({ register: registry, prefix: PREFIX });
  const described = <Label extends string>(name: string, help: string, labels: readonly Label[]) => ({
    name: `${PREFIX}${name}`,
    help,
    labelNames: labels,
    registers: [registry],
  });
  return {
    counter: (name, help, labels) => new Counter(described(name, help, labels)),
    gauge: (name, help, labels) => new Gauge(described(name, help, labels)),
    histogram: (name, help, labels, buckets = SECONDS) => new Histogram({ ...described(name, help, labels), buckets }),
    page: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
