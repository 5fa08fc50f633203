import { describe, expect, it } from "vitest";
import { doorRefusedBy } from "./door-reach.ts";

describe("whether WordPress calls our door", () => {
  it.each([
    ["https://shop.example.com", "https://app.example.com/webhooks", null],
    ["https://shop.example.com", "https://app.example.com:8443/webhooks", "port"],
    ["https://shop.example.com", "http://127.0.0.1:8080/webhooks", "host"],
    ["https://shop.example.com", "https://172.20.0.4/webhooks", "host"],
    ["http://127.0.0.1:8088", "http://127.0.0.1:8080/webhooks", null],
    ["http://127.0.0.1:8088", "http://127.0.0.1:3000/webhooks", "port"],
    ["http://127.0.0.1:8088", "http://127.0.0.1:8088/webhooks", null],
    ["http://localhost:8088", "http://127.0.0.1:8080/webhooks", "host"],
  ] as const)("trap: shop %s, door %s: %s", (shop, door, refused) => {
    expect(doorRefusedBy(shop, door)).toBe(refused);
  });
});
