import { makeHarness } from "#app/testing/channel-harness.ts";
import { channelContract } from "../contract.ts";
import { shopify } from "./connector.server.ts";

channelContract(() => makeHarness(shopify));
