import { channelContract } from "#app/channels/contract.ts";
import { makeHarness } from "#app/testing/channel-harness.ts";
import { woocommerce } from "./connector.server.ts";

channelContract(() => makeHarness(woocommerce));
