/** Reading eBay's XML: everything stays text, since SKUs like 1e5 and 007 and twelve-digit ids must not become numbers. */
import { XMLParser } from "fast-xml-parser";

export type XmlNode = { readonly [name: string]: unknown };

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  textNodeName: "#text",
  parseTagValue: false,
  parseAttributeValue: false,
  // A SKU may begin or end with a blank.
  trimValues: false,
  htmlEntities: true,
  removeNSPrefix: true,
});

/** null: not the document of this root, or one that brings its own entities. */
export function parseXml(text: string, root: string): XmlNode | null {
  if (/<!DOCTYPE|<!ENTITY/i.test(text)) return null;
  try {
    const document = parser.parse(text, true) as XmlNode;
    return root in document ? nodeOf(document, root) : null;
  } catch {
    return null;
  }
}

/** The child element; an empty one where it is missing or holds only text. */
export function nodeOf(node: XmlNode, name: string): XmlNode {
  const child = node[name];
  return typeof child === "object" && child !== null && !Array.isArray(child) ? (child as XmlNode) : {};
}

/** All children of this name: one and many look different once parsed. */
export function nodesOf(node: XmlNode, name: string): XmlNode[] {
  const found = node[name];
  if (found === undefined) return [];
  return (Array.isArray(found) ? found : [found]).filter((each): each is XmlNode => typeof each === "object" && each !== null);
}

/** The element's text, "" for an empty element, null where it is missing. */
export function textOf(node: XmlNode, name: string): string | null {
  const found = node[name];
  if (typeof found === "string") return found;
  if (typeof found !== "object" || found === null || Array.isArray(found)) return null;
  const text = (found as XmlNode)["#text"];
  return typeof text === "string" ? text : "";
}

export function textsOf(node: XmlNode, name: string): string[] {
  const found = node[name];
  return (Array.isArray(found) ? found : [found]).filter((each): each is string => typeof each === "string");
}

/** A whole number; null where the element is missing or holds anything else. */
export function countOf(node: XmlNode, name: string): number | null {
  const text = textOf(node, name)?.trim() ?? "";
  return /^-?\d{1,12}$/.test(text) ? Number(text) : null;
}
