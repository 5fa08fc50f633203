/**
 * What eBay itself says is left of the application's day: getRateLimits of the Developer Analytics API (contracts/ebay.md 9). Only quotas
 * of calls that we make; two calls beside the application's token, since without a filter eBay lists every API that it has.
 */
import { z } from "zod";
import type { ChannelContext, QuotaReading } from "../port.ts";
import { API, readBody, sendRest } from "./rest-client.ts";
import { applicationToken } from "./tokens.ts";
import { TRADING_CALLS } from "./trading-client.ts";

const ADDRESS = `${API}/developer/analytics/v1_beta/rate_limit/`;
const DAY_S = 86_400;

/** One call of each of the JSON APIs that we use, in whose name its quota is told. */
const REST_CALLS: Record<string, string> = { fulfillment: "getOrders", inventory: "getInventoryItems" };

/** What stands for no quota (a resource that was never called) is left out by eBay, so everything may be missing. */
const answerShape = z.object({
  rateLimits: z
    .array(
      z.object({
        apiContext: z.string().default(""),
        apiName: z.string().default(""),
        resources: z
          .array(
            z.object({
              name: z.string().default(""),
              rates: z
                .array(
                  z.object({
                    limit: z.int().min(0).optional(),
                    remaining: z.int().optional(),
                    reset: z.iso.datetime({ offset: true }).optional(),
                    timeWindow: z.int().optional(),
                  }),
                )
                .default([]),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});
type Api = z.infer<typeof answerShape>["rateLimits"][number];

/** Needs the application's token, which getRateLimits wants instead of a seller's. */
export async function readQuotas(context: ChannelContext): Promise<QuotaReading[]> {
  const token = await applicationToken(context);
  const found: QuotaReading[] = [];
  for (const group of ["tradingapi", "sell"]) {
    const url = `${ADDRESS}?api_context=${group}`;
    const call = { operation: "getRateLimits", method: "GET", url, token } as const;
    const answer = await sendRest(context, call);
    // 204: nothing is counted yet.
    if (answer.status !== 204) found.push(...readBody(call, answer, answerShape).rateLimits.flatMap(quotasOf));
  }
  return found;
}

function quotasOf(api: Api): QuotaReading[] {
  return api.resources.flatMap(({ name, rates }) => {
    const operation = operationOf(api, name);
    if (operation === null) return [];
    return rates.flatMap(({ limit, remaining, reset, timeWindow }) => {
      // Beside the day there are windows of seconds, whose rest says nothing of the day.
      if (limit === undefined || remaining === undefined || reset === undefined || timeWindow !== DAY_S) return [];
      return [{ operation, perDay: limit, left: Math.max(0, remaining), resetsAt: new Date(reset) }];
    });
  });
}

/** Of the JSON APIs eBay tells a quota for the whole, or for a method; a method that we never call limits nothing of ours. */
function operationOf({ apiContext, apiName }: Api, resource: string): string | null {
  if (apiContext.toLowerCase() === "tradingapi") return TRADING_CALLS.find((name) => name === resource) ?? null;
  const api = apiName.toLowerCase();
  const call = REST_CALLS[api];
  if (call === undefined) return null;
  const whole = resource.toLowerCase() === api || resource.toLowerCase().endsWith(`.${api}`);
  return whole || resource === call ? call : null;
}
