/** For tests of odd answers: a context whose HTTP gives prepared answers and keeps what was asked. */
import type { JsonObject } from "#app/domain/channel-words.ts";
import type { ChannelCall, ChannelContext } from "../port.ts";

export type CannedAnswer = { status?: number; text: string; headers?: Record<string, string> };

export function cannedContext(
  answer: (call: ChannelCall) => CannedAnswer,
  settings: JsonObject = {},
): { context: ChannelContext; calls: ChannelCall[] } {
  const calls: ChannelCall[] = [];
  let keys = 0;
  const context: ChannelContext = {
    account: { externalId: "seller-1", address: null },
    credentials: { accessToken: "the-access-token", accessExpiresAt: null, refreshToken: "the-refresh-token", refreshExpiresAt: null },
    app: { clientId: "the-client", clientSecret: "the-secret", devId: "the-dev", ruName: "ru", verificationToken: "token" },
    settings: { outOfStockControl: true, ...settings },
    http: async (call) => {
      calls.push(call);
      return { status: 200, headers: {}, ...answer(call) };
    },
    observeLimits: () => {},
    now: () => new Date("2026-11-23T12:00:00.000Z"),
    newKey: () => `key-${++keys}`,
  };
  return { context, calls };
}

/** A Trading answer around the given elements. */
export function tradingXml(call: string, content: string, ack = "Success"): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${call}Response xmlns="urn:ebay:apis:eBLBaseComponents"><Timestamp>2026-11-23T12:00:00.000Z</Timestamp><Ack>${ack}</Ack>${content}</${call}Response>`;
}

export function errorXml(code: string, parameters: string[] = [], more: { severity?: "Warning"; system?: boolean } = {}): string {
  const named = parameters.map((value, index) => `<ErrorParameters ParamID="${index}"><Value>${value}</Value></ErrorParameters>`).join("");
  return `<Errors><ShortMessage>short ${code}</ShortMessage><LongMessage>long ${code}</LongMessage><ErrorCode>${code}</ErrorCode><SeverityCode>${more.severity ?? "Error"}</SeverityCode>${named}<ErrorClassification>${more.system ? "SystemError" : "RequestError"}</ErrorClassification></Errors>`;
}
