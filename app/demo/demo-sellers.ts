/** The two demo sellers (settled.md 1): A on sandbox account 1, live; B on account 3, only watching. Ids are fixed, so that a second start finds them. */
import type { WorldSeed } from "#app/sandbox/simulator.ts";
import type { DemoSeller } from "./seed-seller.server.ts";

export const SELLER_A = "0190a000-0000-7000-8000-00000000000a";
export const SELLER_B = "0190a000-0000-7000-8000-00000000000b";

export function demoSellers(
  world: WorldSeed & { hidden?: { sku: string; title: string; quantity: number; account: number }[] },
): DemoSeller[] {
  const of = (account: number) => ({
    account,
    compositions: world.composites
      .filter((c) => c.account === account)
      .map((c) => ({
        sku: c.sku,
        components: c.components.map((part) => ({
          sku: part.sku,
          units: part.units,
          title: world.hidden?.find((h) => h.sku === part.sku)?.title ?? part.sku,
        })),
      })),
    parts: (world.hidden ?? []).filter((h) => h.account === account).map((h) => ({ sku: h.sku, quantity: h.quantity })),
  });
  return [
    {
      id: SELLER_A,
      name: "Seller A",
      goLive: true,
      ...of(1),
      people: [
        {
          id: "0190a000-0000-7000-8000-0000000000a1",
          externalUserId: "demo-anna",
          name: "Anna",
          email: "anna@demo.invalid",
          role: "owner",
        },
        { id: "0190a000-0000-7000-8000-0000000000a2", externalUserId: "demo-ben", name: "Ben", email: "ben@demo.invalid", role: "viewer" },
      ],
    },
    {
      id: SELLER_B,
      name: "Seller B",
      goLive: false,
      ...of(3),
      people: [
        {
          id: "0190a000-0000-7000-8000-0000000000b1",
          externalUserId: "demo-clara",
          name: "Clara",
          email: "clara@demo.invalid",
          role: "owner",
        },
      ],
    },
  ];
}
