import { describe, expect, it } from "vitest";
import { addressKind, literalAddress } from "./address-guard.ts";

const CLOSED: [string, ...string[]][] = [
  ["private", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
  ["carrier-grade NAT", "100.64.0.1", "100.127.255.254"],
  ["link-local, with the clouds' metadata address", "169.254.169.254", "fe80::1"],
  [
    "unspecified, broadcast, multicast, reserved",
    "0.0.0.0",
    "255.255.255.255",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "198.18.0.1",
    "192.0.2.1",
    "::",
    "ff02::1",
  ],
  ["unique-local and site-local", "fc00::1", "fd12:3456::1", "fec0::1"],
  [
    "IPv4 inside IPv6",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "2002:a00:1::",
    "2001::1",
  ],
  ["documentation and discard", "2001:db8::1", "100::1"],
  ["no address at all", "", "localhost", "example.com", "1.2.3.4.5", "fe80::1%eth0x y"],
];

describe("address guard", () => {
  it.each(CLOSED.map(([name, ...addresses]) => ({ name, addresses })))("closes $name", ({ addresses }) => {
    expect(addresses.length).toBeGreaterThan(0);
    expect(addresses.map((address) => [address, addressKind(address)])).toEqual(addresses.map((address) => [address, "closed"]));
  });

  it.each(["127.0.0.1", "127.255.0.9", "::1"])("knows loopback: %s", (address) => {
    expect(addressKind(address)).toBe("loopback");
  });

  it.each(["8.8.8.8", "23.227.38.33", "2606:4700::1111", "2a00:1450:4001::200e"])("lets the open internet pass: %s", (address) => {
    expect(addressKind(address)).toBe("public");
  });

  it.each([
    ["http://0x7f000001/", "127.0.0.1"],
    ["http://2130706433/", "127.0.0.1"],
    ["http://0177.1/", "127.0.0.1"],
    ["http://127.0.0.1./", "127.0.0.1"],
    ["http://[0:0:0:0:0:0:0:1]/", "::1"],
    ["http://[::ffff:127.0.0.1]/", "::ffff:7f00:1"],
  ])("reads the disguised address in %s", (url, address) => {
    expect(literalAddress(new URL(url).hostname)).toBe(address);
  });

  it("takes a name for a name", () => {
    expect(literalAddress("shop.example")).toBeNull();
  });
});
