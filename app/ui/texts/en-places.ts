import type { LocationProblem } from "#app/domain/choose-locations.ts";

export const places = {
  title: (p: { name: string }) => `Locations of ${p.name}`,
  action: "Locations",
  setup: "Choose which locations count, and where numbers are written",
  intro:
    "What we show as this shop's number is the sum of the locations that count. New numbers are written at the receiving one; only when it is empty do the others give way, in your order.",
  counted: (p: { name: string }) => `Count ${p.name}`,
  receiving: (p: { name: string }) => `Write at ${p.name}`,
  order: (p: { name: string }) => `Order of ${p.name}`,
  columns: { place: "Location", counted: "Counts", receiving: "Receives", order: "Order" },
  service: "Belongs to a fulfilment service: never counted, never written.",
  fixed:
    "Which locations count can't change while the shop is live: every number would seem to have been edited. Disconnect it first, keeping its numbers, and choose before going live again.",
  save: "Save locations",
  saved: "Locations saved",
  problems: {
    "none-counted": "At least one location has to count. Nothing was changed.",
    "receiving-not-counted": "The location that receives has to count as well. Nothing was changed.",
    "counted-while-live": "The shop went live meanwhile, so which locations count stays as it is. Nothing was changed.",
  } satisfies Record<LocationProblem, string>,
};
