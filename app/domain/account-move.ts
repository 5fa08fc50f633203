/**
 * An account that another seller holds here is asked for by somebody who proved that he can sign in to it. offered: he may ask, for ten
 * minutes · asking: he asked, the worker looks · asked: the holder has 72 hours · moving: the old connection is being closed · moved ·
 * kept: the holder said no · dead: the grant no longer opens the account · busy: another request runs · support: asked too often ·
 * dropped: let go, or not taken in time.
 */
export const MOVE_STATES = ["offered", "asking", "asked", "moving", "moved", "kept", "dead", "busy", "support", "dropped"] as const;
export type MoveState = (typeof MOVE_STATES)[number];

/** The holder's notice. */
export const MOVE_NOTICE_MS = 72 * 3_600_000;
/** How long a fresh authorization may be turned into a request. */
export const MOVE_OFFER_MS = 10 * 60_000;
/** Requests for one account, whoever asks, before support has to be spoken to. */
export const MOST_REQUESTS = 2;
export const REQUESTS_WITHIN_MS = 30 * 86_400_000;
/** A platform that does not answer when the move is due is asked again for so long. */
export const MOVE_PATIENCE_MS = 3 * 86_400_000;
