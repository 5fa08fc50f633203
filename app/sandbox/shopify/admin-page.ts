import type { SimRequest, SimResponse, SimulatorHost } from "../simulator.ts";
import type { ShopState } from "./shop-state.ts";

export type AdminDesk = { host: SimulatorHost; appOrigin(): string | null; shopNamed(name: string | undefined): ShopState | null };

export function answerAdminPage(_request: SimRequest, _desk: AdminDesk): SimResponse | null {
  return null;
}
