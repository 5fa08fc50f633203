/** Invented goods of a small shop for home and paper things; no real brand. */
export const GOODS: { word: string; code: string; priceMinor: number }[] = [
  { word: "Candle", code: "CAN", priceMinor: 1450 },
  { word: "Mug", code: "MUG", priceMinor: 1600 },
  { word: "Notebook", code: "NOT", priceMinor: 990 },
  { word: "Tea Towel", code: "TOW", priceMinor: 1250 },
  { word: "Planter", code: "PLA", priceMinor: 2400 },
  { word: "Print", code: "PRI", priceMinor: 1900 },
  { word: "Cushion Cover", code: "CUS", priceMinor: 2950 },
  { word: "Wooden Spoon", code: "SPO", priceMinor: 850 },
  { word: "Soap Bar", code: "SOA", priceMinor: 690 },
  { word: "Tote Bag", code: "TOT", priceMinor: 1800 },
];

export const LOOKS = [
  "Fern",
  "Harbour",
  "Juniper",
  "Moonlit",
  "Pebble",
  "Saffron",
  "Meadow",
  "Cloudberry",
  "Driftwood",
  "Poppy",
  "Larch",
  "Indigo",
  "Marigold",
  "Sea Mist",
  "Chestnut",
  "Snowdrop",
];

/** What packs and bundles are made of. */
export const PARTS: { sku: string; title: string; quantity: number }[] = [
  { sku: "PART-WICK", title: "Beeswax Tealight, single", quantity: 180 },
  { sku: "PART-CARD", title: "Letterpress Card, single", quantity: 120 },
  { sku: "PART-BOX", title: "Kraft Gift Box", quantity: 60 },
  { sku: "PART-SACHET", title: "Lavender Sachet", quantity: 90 },
];
