/** The envelope of the Trading API: XML in, XML out, HTTP 200 even for failures. */
import { XMLParser } from "fast-xml-parser";
import type { SimResponse } from "../simulator.ts";

const NAMESPACE = "urn:ebay:apis:eBLBaseComponents";

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  htmlEntities: true,
  removeNSPrefix: true,
  isArray: (name) => name === "InventoryStatus",
});

export type XmlNode = { [tag: string]: XmlNode | XmlNode[] | string };

export type TradingError = {
  code: string;
  short: string;
  long?: string;
  severity?: "Error" | "Warning";
  classification?: "RequestError" | "SystemError";
  parameters?: { id: string; value: string }[];
};

/** Thrown to answer the whole call with Ack Failure. */
export class TradingRefusal extends Error {
  readonly error: TradingError;
  constructor(error: TradingError) {
    super(error.short);
    this.error = error;
  }
}

/** The fields of a call. Throws TradingRefusal for anything that is not this call's request. */
export function readCall(callName: string, body: Buffer): XmlNode {
  const text = body.toString("utf8");
  const bad = new TradingRefusal({ code: "5", short: "XML Parse error.", long: "The request is not a well-formed request of this call." });
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) throw bad;
  let parsed: Record<string, unknown>;
  try {
    parsed = parser.parse(text, true) as Record<string, unknown>;
  } catch {
    throw bad;
  }
  const root = parsed[`${callName}Request`];
  if (root === "" || root === undefined) throw bad;
  const fields = root as XmlNode;
  if (typeof fields !== "object" || !text.includes(`xmlns="${NAMESPACE}"`)) throw bad;
  return fields;
}

export function textOf(node: XmlNode | XmlNode[] | string | undefined): string | undefined {
  return typeof node === "string" ? node : undefined;
}

export function childOf(node: XmlNode, name: string): XmlNode {
  const child = node[name];
  return typeof child === "object" && !Array.isArray(child) ? child : {};
}

/** One element; `content` is XML already. */
export function el(name: string, content: string, attributes = ""): string {
  return `<${name}${attributes}>${content}</${name}>`;
}

export function textEl(name: string, text: string | number | boolean): string {
  return el(name, escapeXml(String(text)));
}

export function amountEl(name: string, minor: number): string {
  return el(name, (minor / 100).toFixed(2), ' currencyID="USD"');
}

/** Apostrophes go out as a number, as eBay writes them. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}

export function ackOf(errors: TradingError[]): "Success" | "Warning" | "Failure" {
  if (errors.some((error) => error.severity !== "Warning")) return "Failure";
  return errors.length ? "Warning" : "Success";
}

export function tradingAnswer(callName: string, at: Date, content: string, errors: TradingError[] = []): SimResponse {
  const body = [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<${callName}Response xmlns="${NAMESPACE}">\n`,
    textEl("Timestamp", at.toISOString()),
    textEl("Ack", ackOf(errors)),
    ...errors.map(errorEl),
    textEl("Version", "1477"),
    textEl("Build", "E1477_CORE_API_SANDBOX"),
    "\n",
    content,
    `</${callName}Response>\n`,
  ].join("");
  return { status: 200, headers: { "content-type": "text/xml;charset=utf-8" }, body };
}

function errorEl(error: TradingError): string {
  return el(
    "Errors",
    [
      textEl("ShortMessage", error.short),
      textEl("LongMessage", error.long ?? error.short),
      textEl("ErrorCode", error.code),
      textEl("SeverityCode", error.severity ?? "Error"),
      ...(error.parameters ?? []).map(({ id, value }) => el("ErrorParameters", textEl("Value", value), ` ParamID="${escapeXml(id)}"`)),
      textEl("ErrorClassification", error.classification ?? "RequestError"),
    ].join(""),
  );
}
