/**
 * The exam that all four connectors sit, each over HTTP to its own simulator. A connector's contract test is one line:
 * `channelContract(() => makeHarness(shopify))`; what is odd about one platform stands in tests of its own beside it.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from "vitest";
import { failureContract } from "./contract/failures.ts";
import type { ContractHarness } from "./contract/harness-words.ts";
import { orderContract } from "./contract/orders.ts";
import { readingContract } from "./contract/reading.ts";
import { registeredWebhookContract } from "./contract/registered-webhooks.ts";
import { stormContract } from "./contract/storms.ts";
import { webhookContract } from "./contract/webhooks.ts";
import { writingContract } from "./contract/writing.ts";

export type { ContractHarness, ContractTraits } from "./contract/harness-words.ts";

/** Registers the whole suite; `make` is called once, and every case starts in a fresh world. */
export function channelContract(make: () => Promise<ContractHarness>): void {
  describe("channel contract", () => {
    let harness: ContractHarness | null = null;
    const bed = () => {
      if (!harness) throw new Error("the harness could not be made");
      return harness;
    };
    beforeAll(async () => {
      harness = await make();
    }, 60_000);
    afterAll(() => harness?.stop());
    beforeEach(() => bed().reset());
    afterEach(() => {
      expect(bed().problems, "requests against the platform's document, buyers' data or secrets in results").toEqual([]);
    });

    describe("reading", () => readingContract(bed));
    describe("writing", () => writingContract(bed));
    describe("failures", () => failureContract(bed));
    describe("storms", () => stormContract(bed));
    describe("orders", () => orderContract(bed));
    describe("webhooks", () => webhookContract(bed));
    describe("registered webhooks", () => registeredWebhookContract(bed));
  });
}
