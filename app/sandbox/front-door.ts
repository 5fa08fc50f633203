/** Every platform call passes here: it may be delayed, refused, lost or left without an answer before and after it is carried out. */
import type { ChannelDesk } from "./channel-desk.ts";
import type { AccountNo, SimRequest, SimResponse } from "./simulator.ts";
import { wait } from "./timers.ts";

type Inspected = { operation: string; account: AccountNo | null; changes: boolean };

/** null: the caller never gets an answer. */
export async function passFrontDoor(desk: ChannelDesk, request: SimRequest): Promise<SimResponse | null> {
  const inspected = desk.simulator.inspect(request);
  // Pages for people and unknown addresses are the simulator's own business: no faults, no counting.
  if (!inspected) return desk.simulator.handle(request);
  const sentAt = desk.ground.now().toISOString();
  const started = performance.now();
  const call = { counted: false };
  const answer = await desk.inCall.run(call, () => carryOut(desk, request, inspected));
  const status = answer === null || answer.hangUp ? 0 : answer.status;
  if (!call.counted && inspected.account !== null) desk.calls.count(inspected.account, inspected.operation, status === 0 || status >= 400);
  const ms = Math.round((performance.now() - started) * 1000) / 1000;
  const { operation, account, changes } = inspected;
  desk.calls.add({ at: desk.ground.now().toISOString(), operation, account, status, ms, changes, sentAt });
  return answer;
}

async function carryOut(desk: ChannelDesk, request: SimRequest, { account, changes }: Inspected): Promise<SimResponse | null> {
  const { simulator, faults, tokenFaults } = desk;
  if (account === null) return simulator.handle(request);
  const { api, tokens } = faults.of(account);
  // A seeded part of the latency lies before the change and the rest after it, so that a sale can fall on either side.
  const before = api.latencyMs > 0 ? api.latencyMs * faults.roll(account, "latency") : 0;
  await wait(desk.ground.timers, before);
  if (faults.strikes(account, "timeout")) return null;
  const token = tokenFaults.verdict(account, tokens, request);
  const refused =
    token !== "ok" ? token : faults.strikes(account, "throttle") ? "throttle" : faults.strikes(account, "error5xx") ? "error5xx" : null;
  const answer = refused ? simulator.refusal(request, refused) : await simulator.handle(request);
  tokenFaults.noteAnswer(account, request, answer);
  await wait(desk.ground.timers, api.latencyMs - before);
  if (changes && !refused && faults.strikes(account, "lostReply")) return { status: 0, hangUp: true };
  return answer;
}
