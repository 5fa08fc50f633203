import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/**
 * A certificate for 127.0.0.1 and the names given, made on the spot (X.509 v3, RFC 5280), so that tests of https need neither a
 * key in the repository nor a program. Both parts are PEM; trust it by passing `cert` as certificate authority.
 */
export function selfSigned(names: readonly string[] = ["localhost"]): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(oid("2a8648ce3d040302")); // ecdsa-with-SHA256
  const name = sequence(tagged(0x31, sequence(oid("550403"), tagged(0x0c, Buffer.from("inventorysync tests")))));
  const year = 365 * 86_400_000;
  const validity = sequence(utcTime(new Date(Date.now() - year)), utcTime(new Date(Date.now() + year)));
  const alternatives = sequence(...names.map((dns) => tagged(0x82, Buffer.from(dns))), tagged(0x87, Buffer.from([127, 0, 0, 1])));
  const extensions = sequence(
    sequence(oid("551d11"), tagged(0x04, alternatives)),
    sequence(oid("551d13"), tagged(0x04, sequence(tagged(0x01, Buffer.from([0xff]))))),
  );
  const toSign = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, extensions),
  );
  const signature = tagged(0x03, Buffer.concat([Buffer.from([0]), sign("sha256", toSign, privateKey)]));
  const body = sequence(toSign, algorithm, signature)
    .toString("base64")
    .match(/.{1,64}/g);
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${body?.join("\n")}\n-----END CERTIFICATE-----\n`,
  };
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts));
const oid = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, "hex"));
const utcTime = (at: Date): Buffer => tagged(0x17, Buffer.from(`${at.toISOString().slice(2, 19).replace(/[-:T]/g, "")}Z`));
