/** The watch's figures for the operator: from the database, so that each process tells the same and none has to remember. */
import { operatorFigures } from "#app/data/platform-notices.server.ts";
import { CHANNELS } from "#app/domain/channel-words.ts";
import { daysLeft } from "#app/domain/countdown.ts";
import type { Metrics } from "#app/platform/metrics.server.ts";
import type { House } from "./house.server.ts";

/** Answers what brings them up to date, to be called before the page is made. */
export function addOperatorGauges(house: House, metrics: Metrics): () => Promise<void> {
  const version = metrics.gauge("api_version_days_left", "Days until the platform ends the version of its interface in use", [
    "channel",
    "version",
  ]);
  const notices = metrics.gauge(
    "platform_notices",
    "Operations that a platform called deprecated or ending within 7 days, or served otherwise",
    ["channel", "kind"],
  );
  const webhooks = metrics.gauge("webhook_state", "Connections by the state of their webhooks", ["channel", "state"]);
  const tokens = metrics.gauge("tokens_ending", "Connections whose access ends within 30 days", ["channel"]);
  return async () => {
    const figures = await operatorFigures(house.db.plain);
    for (const gauge of [version, notices, webhooks, tokens]) gauge.reset();
    for (const channel of CHANNELS) {
      const { version: name, endsOn } = house.channels[channel].apiVersion;
      if (endsOn !== null) version.set({ channel, version: name }, daysLeft(new Date(endsOn), house.now()));
    }
    for (const { figure, channel, detail, amount } of figures) {
      if (figure === "notice") notices.set({ channel, kind: detail }, amount);
      else if (figure === "webhooks") webhooks.set({ channel, state: detail }, amount);
      else tokens.set({ channel }, amount);
    }
  };
}
