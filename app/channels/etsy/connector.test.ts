import { makeHarness } from "#app/testing/channel-harness.ts";
import { channelContract } from "../contract.ts";
import { etsy } from "./connector.server.ts";

channelContract(() => makeHarness(etsy));
