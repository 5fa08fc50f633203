/**
 * The one face of all four channels. A connector is a plain object of this shape; it keeps no state, reads no clock and no
 * environment: everything it needs stands in the context, and credentials it refreshed go back to the caller, who stores them.
 */
import type {
  ChannelEvent,
  ChannelListing,
  ChannelLocation,
  ChannelName,
  ChannelOrder,
  JsonObject,
  LocationQuantity,
  ShownState,
  StockReading,
} from "#app/domain/channel-words.ts";
import type { HttpAnswer, HttpRequest } from "#app/platform/http.ts";

/** Opened credentials of one connection; shape per channel, declared beside the connector. Never logged. */
export type Credentials = JsonObject;

/** Keys of our own app at the platform (client id, secret, webhook secret ...), from configuration. Shape per channel. */
export type AppKeys = JsonObject;

/** What the budget and the priorities need to know of a call; `operation` is the platform's own name for it. */
export type ChannelCall = Omit<HttpRequest, "signal"> & { operation: string };

export type ChannelContext = {
  account: {
    /** Shopify shop gid, eBay userId, Etsy shop_id, WooCommerce final origin and path. */
    externalId: string;
    /** Shopify: name.myshopify.com. WooCommerce: base address. Others: null. */
    address: string | null;
  };
  credentials: Credentials;
  app: AppKeys;
  /** Per connection: facts found at connect (out-of-stock control, site, currency ...) and the seller's choices. */
  settings: JsonObject;
  /**
   * One guarded HTTP call inside the call budget. Resolves with any status; rejects with ChannelError "unavailable" when it was
   * surely not sent, "outcome-unknown" when it may have arrived, "rate-limited" when the budget is spent.
   */
  http: (call: ChannelCall) => Promise<HttpAnswer>;
  /** Tells the budget what the platform said of its limits (headers, throttleStatus). */
  observeLimits: (limits: PlatformLimits) => void;
  now: () => Date;
  /** A fresh UUID. */
  newKey: () => string;
};

export type PlatformLimits = {
  /** Calls or points left in the short window, and how fast they come back. */
  remaining?: number;
  capacity?: number;
  restorePerSecond?: number;
  remainingToday?: number;
  perDay?: number;
  retryAfterMs?: number;
};

/** What the platform itself says is left today of one of its quotas for our application; `operation` names a call that it limits. */
export type QuotaReading = { operation: string; perDay: number; left: number; resetsAt: Date };

export type RawDelivery = {
  method: string;
  /** Path with query, as received. */
  path: string;
  query: Record<string, string>;
  /** Names in lower case. */
  headers: Record<string, string>;
  rawBody: Uint8Array;
  receivedAt: Date;
};

/** Secrets and facts for checking a delivery. `fetchPublicKey` (eBay) may be called at most once per unknown key id. */
export type VerifyKeys = {
  app: AppKeys;
  /** WooCommerce: the secret of the connection in the address; null = unknown connection. */
  connectionSecret: string | null;
  /** The address under which the platform knows this door (eBay's challenge hashes it). */
  endpointUrl: string;
  fetchPublicKey?: (keyId: string) => Promise<JsonObject | null>;
};

export type Verified =
  | {
      outcome: "accepted";
      /** Which account it claims to be for; null where the address already named the connection (WooCommerce). */
      account: { externalId?: string; address?: string } | null;
      topic: string;
      /** Dedupe key of this delivery within its connection; see settled.md 23. */
      deliveryKey: string;
      /** Deduplicate only for this long (digests of bodies), or for ever (null). */
      keyLivesMs: number | null;
      events: ChannelEvent[];
    }
  /** Signed, but the body cannot be used; kept (without the body) with its reason. */
  | { outcome: "parked"; account: { externalId?: string; address?: string } | null; topic: string; deliveryKey: string; reason: string }
  /** Answered on the spot and not recorded: challenges and unsigned pings. */
  | { outcome: "handshake"; status: number; headers: Record<string, string>; body: string }
  | { outcome: "refused"; status: number; reason: string };

/**
 * `cut`, on the last page: the platform has more than it lets anybody page through, so that what was not shown is not gone. What the
 * seller can do about it, in plain words.
 */
export type ListingPage = { listings: ChannelListing[]; nextPage: string | null; total: number | null; cut?: string };
export type OrderPage = { orders: ChannelOrder[]; nextPage: string | null; sentAt: Date };

export type StockWrite = {
  key: string;
  ref: JsonObject;
  /** The number the decision rests on. Shopify compares it atomically; the others read first and answer "conflict" when it differs. */
  from: number;
  to: number;
  /** When the reading behind `from` was sent. */
  readAt: Date;
  /** The same for a retry of the same write with identical values; a new decision has a new key. */
  idempotencyKey: string;
  /** Shopify: the same change location by location (compare values per location). */
  parts: { locationId: string; from: number; to: number }[];
  /** Etsy: whether the seller agreed that reviving this listing may cost a fee. */
  maySpend: boolean;
  /** An earlier write of this number was not answered and may still arrive: nothing may be sent that would add to it. */
  unsettled?: boolean;
};

/**
 * Asked by the connector immediately before each changing call, with the writes that the call carries and the time at which the
 * reading they rest on was sent (the connector's own fresh one, where it read first). Only the keys that come back may be sent:
 * behind it stand the lease's fence, the rule that orders are read past a reading before a raise, and whatever the seller stopped meanwhile.
 */
export type WriteGate = (imminent: { key: string; readAt: Date }[]) => Promise<ReadonlySet<string>>;

/** A number that the platform does not keep yet; the key is the same for a retry of the same wish. */
export type CountingAsk = { key: string; idempotencyKey: string };

/** Asked immediately before each changing call; false: it may not go any more. */
export type CountingGate = (key: string) => Promise<boolean>;

/** `text`: why not, in plain words, where it is "rejected" or "unknown". */
export type CountingResult = { key: string; outcome: "counting" | "not-found" | "rejected" | "unknown" | "not-sent"; text: string | null };

/** Code of a rejected write: the shop took a difference and did nothing with it. */
export const DIFFERENCES_IGNORED = "differences-ignored";

export type WriteResult =
  | {
      key: string;
      outcome: "confirmed";
      quantity: number;
      state: ShownState;
      sentAt: Date;
      parts: LocationQuantity[];
      ref?: JsonObject;
      note?: string;
    }
  /** Something else stood there: nothing was written. The reading says what, where the connector knows. */
  | { key: string; outcome: "conflict"; reading: StockReading | null }
  | { key: string; outcome: "not-found" }
  | { key: string; outcome: "rejected"; code: string | null; text: string; who: "seller" | "us" }
  /** The gate said no, or the call was never made. */
  | { key: string; outcome: "not-sent"; reason: string }
  /** `answered`: it was carried out and nothing of it is on its way any more, but what it shows has another cause beside it. */
  | { key: string; outcome: "unknown"; reason: string; answered?: true };

/**
 * One webhook that the platform should hold for our door. "off": switched off or marked down there; "other-secret": it signs with a
 * secret that is not ours; "elsewhere": it calls another address.
 */
export type HookState = { topic: string; state: "active" | "off" | "missing" | "other-secret" | "elsewhere" };

/** What a platform says of its own interface in an answer, beside what was asked. */
export type PlatformNotice = {
  kind: "deprecated" | "ends" | "other-version";
  /** The platform's own words, cut short, or ours where it sends only a value. */
  text: string;
  endsAt: Date | null;
};

/** What a channel does natively; the engine fills the gaps. */
export type Capabilities = {
  /** "atomic": the platform compares. "read-first": the connector reads just before it writes, and the window cannot be closed. */
  compare: "atomic" | "read-first";
  push: { orders: boolean; stock: boolean };
  /** Most quantities in one readStock and one setStock. */
  readBatch: number;
  writeBatch: number;
  /** Quantities of one parent travel in one write (Etsy, WooCommerce variations). */
  writeByParent: boolean;
  /** Such a write also carries the parent's other quantities, as they were read just before (Etsy); absent = it names only its own. */
  carriesNeighbours?: true;
  locations: boolean;
  maxQuantity: number;
  /**
   * Lowerings may also travel as differences, which leave a sale of the same moment standing and must never be sent twice. "offered": this
   * account's version takes them; "chosen": the seller wants them so.
   */
  differences?: "offered" | "chosen";
  /**
   * Numbers that the account's own list shows as truly as a reading by name, many per call; `keyPattern` (a regular expression that
   * JavaScript and PostgreSQL read alike) says which keys they have. Only with `readShown`.
   */
  shown?: { perCall: number; keyPattern: string };
  /** An unanswered write may land this much later; absent = as everywhere. */
  lateWriteMs?: number;
  /** Writes that the platform takes for one listing in a day of its own, by whatever route; absent = no such cap. */
  revisionsPerDay?: number;
  /** The order feed may be this much behind the shown numbers. */
  orderLagMs: number;
  /** Read this far back before the cursor on each poll. */
  orderOverlapMs: number;
  /** Readings may be this old after a change. */
  staleReadMs: number;
  /** Two readings that shall agree lie at least this far apart. */
  readingSpacingMs: number;
  /** How far back past orders are imported at connect. */
  historyDays: number;
  /** Whether a rise of the number after a cancel or refund is the only sign of its return. */
  returnsShowAsRise: boolean;
};

export type AccountIdentity = {
  externalId: string;
  name: string;
  address: string | null;
  currency: string | null;
  /** Goes into the connection's settings: facts that steer writes, with the risks they mean. */
  facts: JsonObject;
};

/** What a shop says of itself to everybody; proves nothing yet. */
export type FoundShop = { address: string; name: string };

/**
 * For platforms where each account lives at an address of its own and makes its keys itself (WooCommerce): the seller types the
 * address, and either pastes the keys or lets the shop hand them over.
 */
export type OwnAddress = {
  /** The base address meant by what somebody typed or copied from a browser; null where it is none. */
  readAddress(typed: string): string | null;
  /** Credentials out of two pasted keys; null where they do not look like keys of this platform. */
  readKeys(key: string, secret: string): Credentials | null;
  /** Who stands at `account.address`. Needs no credentials. Throws ChannelError with one of identify's codes. */
  findShop(context: ChannelContext): Promise<FoundShop>;
  /** Where to send the seller so that the shop hands its keys to `callbackUrl`. */
  approvalAddress(request: { shop: string; appName: string; state: string; returnUrl: string; callbackUrl: string }): string;
  /** The body of the shop's hand-over; null where it is none. */
  readHandOver(rawBody: string): { state: string; credentials: Credentials } | null;
};

/** Credentials with the ends of their two lives, by our clock; null where the platform names none. */
export type GrantedCredentials = { credentials: Credentials; expiresAt: Date | null; refreshExpiresAt: Date | null };

/** For platforms on whose own page the seller agrees: he comes back with a code, which is exchanged for credentials. */
export type Authorization = {
  /** Where the seller agrees. `challenge` is the S256 hash of the verifier; platforms without PKCE leave it out. */
  page(request: { app: AppKeys; state: string; challenge: string; callbackUrl: string }): string;
  /**
   * Turns the code into credentials; it is good for one try. "auth-revoked": the code, or the verifier with it, is refused for good.
   * "outcome-unknown": nobody knows whether the code is spent.
   */
  exchange(context: ChannelContext, given: { code: string; verifier: string; callbackUrl: string }): Promise<GrantedCredentials>;
  /** How many accounts our application's key may serve in all; null = any number. */
  mostAccounts(app: AppKeys): number | null;
};

export interface Channel {
  readonly name: ChannelName;
  /** Pinned platform API version, and the day the platform ends it (ISO date; null where it has none). */
  readonly apiVersion: { version: string; endsOn: string | null };
  /** `settings` may override timings that the platform does not promise. */
  capabilities(settings: JsonObject): Capabilities;
  verify(delivery: RawDelivery, keys: VerifyKeys): Promise<Verified>;
  /** Whose account these credentials open, proved by a call; and that they may write, as far as that can be asked without writing. */
  identify(context: ChannelContext): Promise<AccountIdentity>;
  listLocations?(context: ChannelContext): Promise<ChannelLocation[]>;
  listListings(context: ChannelContext, page: string | null): Promise<ListingPage>;
  /**
   * The listings of these parents (or these themselves, where they have none), as listListings would show them; what the platform does
   * not know is left out. Absent where the platform tells of no listing by name.
   */
  readNamed?(context: ChannelContext, names: string[]): Promise<ChannelListing[]>;
  /** Answers every quantity asked for, each with its own state; an id the platform does not know is "missing". */
  readStock(context: ChannelContext, refs: { key: string; ref: JsonObject }[]): Promise<StockReading[]>;
  /**
   * A page of the account's list as readings, for looks at very many: only of numbers that it shows truly. What it leaves out, or shows as
   * ended, is not told; a reading by name says what became of it.
   */
  readShown?(context: ChannelContext, page: string | null): Promise<{ readings: StockReading[]; nextPage: string | null }>;
  /** Answers every write. Throws ChannelError only for what concerns all of them before anything was sent. */
  setStock(context: ChannelContext, writes: StockWrite[], gate: WriteGate): Promise<WriteResult[]>;
  /**
   * Makes the platform keep numbers where it keeps none (Shopify: tracking, stocked at the receiving place). Raises none of them; reads
   * first, so that a repeat does nothing. Answers every ask; throws ChannelError for what concerns all of them.
   */
  startCounting?(context: ChannelContext, asks: CountingAsk[], gate: CountingGate): Promise<CountingResult[]>;
  /** Orders changed at or after `since` (channel's time), oldest first, cancelled ones too. */
  readOrders(context: ChannelContext, query: { since: Date; page: string | null }): Promise<OrderPage>;
  readOrdersById(context: ChannelContext, ids: string[]): Promise<OrderPage>;
  /** Makes sure the platform will call our door; idempotent. Returns what must be kept (Woo: the secret, sealed by the caller). */
  ensureWebhooks?(context: ChannelContext, doorUrl: string): Promise<{ secret: string | null; facts: JsonObject }>;
  /** What the platform has registered for this door; changes nothing. Only where it can be asked. */
  readWebhooks?(context: ChannelContext, doorUrl: string): Promise<HookState[]>;
  /** Takes down what ensureWebhooks set up for this door; answers how many are gone and how many could not be removed. */
  removeWebhooks?(context: ChannelContext, doorUrl: string): Promise<{ removed: number; left: number }>;
  ownAddress?: OwnAddress;
  authorization?: Authorization;
  /** What an answer says of the platform's interface; empty where nothing. Pure, asked of every answer. */
  readNotices?(operation: string, answer: HttpAnswer): PlatformNotice[];
  /** What is left of the application's daily quotas. Only where the platform can be asked; any of its accounts will do for asking. */
  readQuotas?(context: ChannelContext): Promise<QuotaReading[]>;
  /** Whether a refresh brings a new refresh token with a life of its own; where not, only the seller's consent does. */
  readonly refreshRenews?: boolean;
  /** New credentials from the refresh token. Throws "auth-revoked" when the platform refuses for good. */
  refresh?(context: ChannelContext): Promise<GrantedCredentials>;
}
