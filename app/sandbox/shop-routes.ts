/** Pages for people: the index and one shop per channel, where buying works without a script. */

import { type Controlled, findDesk } from "./control.ts";
import { readAccount } from "./control-input.ts";
import { htmlAnswer, jsonAnswer } from "./http-exchange.ts";
import { type Notice, renderIndex, renderShop } from "./shop-page.ts";
import { viewShop } from "./shop-view.ts";
import { type AccountNo, CHANNELS, ControlRefusal, type SimRequest, type SimResponse, type Simulator } from "./simulator.ts";

export function answerIndex(sandbox: Controlled): SimResponse {
  return htmlAnswer(200, renderIndex(CHANNELS.filter((channel) => sandbox.desks[channel] !== undefined)));
}

/** `request.path` is the part below /shop. Throws ControlRefusal for unknown channels. */
export function answerShop(sandbox: Controlled, request: SimRequest): SimResponse {
  const [name, what] = request.path.split("/").filter(Boolean);
  const { channel, simulator } = findDesk(sandbox, name);
  const account = readAccount(request.query);
  const search = (request.query.get("q") ?? "").slice(0, 100);
  const page = (status: number, notice: Notice | null) =>
    htmlAnswer(status, renderShop(viewShop(sandbox, channel, account, search), notice));

  if (what === "numbers" && request.method === "GET") {
    const { items } = viewShop(sandbox, channel, account, search);
    return jsonAnswer(200, Object.fromEntries(items.map((item) => [item.sku, item.numbers])));
  }
  if (what !== undefined) throw new ControlRefusal(404, `nothing stands at /shop${request.path}`);
  if (request.method === "GET") return page(200, readNotice(request.query));
  if (request.method !== "POST") throw new ControlRefusal(405, `${request.method} is not possible here`);

  try {
    const done = act(simulator, account, new URLSearchParams(request.body.toString("utf8")));
    sandbox.touched();
    // Answered by a redirect, so that a reload of the page does not buy again.
    const back = new URLSearchParams({ account: String(account), ...(search ? { q: search } : {}), done });
    return { status: 303, headers: { location: `/shop/${channel}?${back}` } };
  } catch (error) {
    if (!(error instanceof ControlRefusal)) throw error;
    return page(error.status, { good: false, text: `That did not work: ${error.message}` });
  }
}

function act(simulator: Simulator, account: AccountNo, form: URLSearchParams): string {
  const cancel = form.get("cancel");
  if (cancel !== null) {
    simulator.cancelOrder(account, cancel, { restock: true });
    return "cancelled";
  }
  const quantity = Number(form.get("quantity"));
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > 999) throw new ControlRefusal(400, "choose a whole number from 1 to 999");
  simulator.placeOrder(account, { lines: [{ sku: form.get("sku") ?? "", quantity }] });
  return "bought";
}

function readNotice(query: URLSearchParams): Notice | null {
  switch (query.get("done")) {
    case "bought":
      return { good: true, text: "Bought. Watch the other channels' numbers follow." };
    case "cancelled":
      return { good: true, text: "Cancelled. The numbers come back where the platform gives them back." };
    default:
      return null;
  }
}
