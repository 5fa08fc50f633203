import { makeHarness } from "#app/testing/channel-harness.ts";
import { channelContract } from "../contract.ts";
import { ebay } from "./connector.server.ts";

channelContract(() => makeHarness(ebay));
