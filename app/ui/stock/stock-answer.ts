/** What the address `stock` of either front takes and answers. */
export type StockRequest = { itemId: string; by?: number; setTo?: number; expected?: number; note: string } | { undo: string };

export type StockAnswer =
  | { outcome: "done"; movementId: string; undid: boolean }
  | { outcome: "moved-meanwhile"; available: number }
  | { outcome: "refused"; text: string };
