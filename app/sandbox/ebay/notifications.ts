/** What eBay tells the application about: one message per sold line item, three attempts, and a destination that can be marked down. */
import type { AccountNo, SignHow, SimulatorHost } from "../simulator.ts";
import type { ShopState, SimOrder } from "./shop-state.ts";
import { newSigningKey, type SigningKey, signBody } from "./signing.ts";

export type Destination = {
  destinationId: string;
  name: string;
  status: "ENABLED" | "DISABLED" | "MARKED_DOWN";
  endpoint: string;
  verificationToken: string;
};
export type Subscription = {
  subscriptionId: string;
  topicId: string;
  /** Topics about a seller are subscribed with that seller's token. */
  account: AccountNo | null;
  status: "ENABLED" | "DISABLED";
  destinationId: string;
  schemaVersion: string;
  creationDate: string;
};
export type NotificationState = {
  alertEmail: string | null;
  destinations: Destination[];
  subscriptions: Subscription[];
  keys: SigningKey[];
  failuresInARow: number;
};

/** Two further tries after the first, then the message is lost. */
const RETRIES_MS = [10_000, 60_000];
/** eBay marks a destination down "after continued failure"; the real number is not published. */
const MARK_DOWN_AFTER = 60;

export class Notifications {
  private readonly host: SimulatorHost;
  state: NotificationState;
  private door: string | null = null;

  constructor(host: SimulatorHost) {
    this.host = host;
    this.state = this.fresh();
  }

  reset(): void {
    this.state = this.fresh();
  }

  /** The keyset's own door, as if it had been registered and subscribed for every seller. */
  setDoor(url: string): void {
    this.door = url;
    this.state.failuresInARow = 0;
  }

  /** From now on messages are signed with another key; those of the old one can still be checked. */
  rotateKey(): string {
    this.state.keys.push(this.newKey());
    return this.currentKey().kid;
  }

  currentKey(): SigningKey {
    return this.state.keys.at(-1)!;
  }

  orderConfirmed(shop: ShopState, order: SimOrder): void {
    for (const line of order.lines) {
      this.send(shop.account, "ORDER_CONFIRMATION", {
        user: { userId: shop.userId, username: shop.username },
        order: {
          orderId: order.orderId,
          orderLineItems: [{ orderLineItemId: line.lineItemId, listingId: line.itemId, quantity: line.quantity }],
        },
      });
    }
  }

  /** The body that eBay would send now. */
  message(topic: string, data: unknown): string {
    const now = this.host.now().toISOString();
    return JSON.stringify({
      metadata: { topic, schemaVersion: "1.0", deprecated: false },
      notification: {
        notificationId: `${this.host.nextId()}_${Math.floor(this.host.random() * 2 ** 32).toString(16)}`,
        eventDate: now,
        publishDate: now,
        publishAttemptCount: 1,
        data,
      },
    });
  }

  sign(body: string, how: SignHow): Record<string, string> {
    return signBody(this.currentKey(), body, how);
  }

  /** Where messages of this topic about this seller go; null: nobody asked for them. */
  urlFor(account: AccountNo, topic: string): string | null {
    const { door } = this;
    if (door !== null) return this.state.destinations.some((each) => each.endpoint === door && each.status === "MARKED_DOWN") ? null : door;
    const subscription = this.state.subscriptions.find(
      (each) => each.topicId === topic && each.status === "ENABLED" && (each.account === account || each.account === null),
    );
    const destination = this.state.destinations.find((each) => each.destinationId === subscription?.destinationId);
    return destination?.status === "ENABLED" ? destination.endpoint : null;
  }

  /** For deliveries made by hand. */
  doorUrl(account: AccountNo, topic: string): string {
    return this.urlFor(account, topic) ?? this.state.destinations[0]?.endpoint ?? "";
  }

  send(account: AccountNo, topic: string, data: unknown): void {
    const url = this.urlFor(account, topic);
    if (url === null) return;
    this.host.deliver(account, {
      url,
      topic,
      headers: { "content-type": "application/json" },
      body: this.message(topic, data),
      retryAfterMs: RETRIES_MS,
      timeoutMs: 3_000,
      sign: (body, how) => this.sign(body, how),
      onOutcome: (status) => this.noteOutcome(url, status),
    });
  }

  private noteOutcome(url: string, status: number | null): void {
    if (status !== null && status >= 200 && status < 300) this.state.failuresInARow = 0;
    else this.state.failuresInARow++;
    if (this.state.failuresInARow < MARK_DOWN_AFTER) return;
    for (const destination of this.state.destinations) if (destination.endpoint === url) destination.status = "MARKED_DOWN";
    this.host.touched();
  }

  private fresh(): NotificationState {
    return { alertEmail: null, destinations: [], subscriptions: [], keys: [this.newKey()], failuresInARow: 0 };
  }

  private newKey(): SigningKey {
    return newSigningKey(`9936261a-7d7b-4621-a0f1-${String(this.host.nextId()).padStart(12, "0")}`);
  }
}
