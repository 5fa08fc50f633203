/** The Notification API's resources: config first, then a destination that answers the challenge, then subscriptions. */
import type { AccountNo, SimRequest, SimResponse, SimulatorHost } from "../simulator.ts";
import { challengeEndpoint } from "./challenge.ts";
import type { Destination, Notifications, Subscription } from "./notifications.ts";
import { json, NO_SCOPE, noContent, RestRefusal, readJsonBody } from "./rest-answers.ts";
import { publicKeyView } from "./signing.ts";

const DOMAIN = "API_NOTIFICATION";
/** Topics about one seller need that seller's token; the others the application's. */
const USER_TOPICS = ["ORDER_CONFIRMATION"];
const APP_TOPICS = ["MARKETPLACE_ACCOUNT_DELETION", "AUTHORIZATION_REVOCATION"];

export class NotificationApi {
  private readonly host: SimulatorHost;
  private readonly notifications: Notifications;

  constructor(host: SimulatorHost, notifications: Notifications) {
    this.host = host;
    this.notifications = notifications;
  }

  /** `rest` is the path below /commerce/notification/v1; `account` null = the application's own token. */
  async handle(request: SimRequest, rest: string, account: AccountNo | null): Promise<SimResponse> {
    const [resource, id, action] = rest.split("/").slice(1) as [string, string | undefined, string | undefined];
    const key = `${request.method} ${resource}${id ? "/:id" : ""}${action ? `/${action}` : ""}`;
    if (key === "POST subscription") return this.subscribe(request, account);
    if (key === "GET subscription")
      return json(200, { total: this.mine(account).length, limit: 20, subscriptions: this.mine(account).map(subscriptionView) });
    if (key === "POST subscription/:id/enable") return this.enable(id!, account);
    if (key === "PUT subscription/:id") return this.updateSubscription(request, id!, account);
    if (key === "DELETE subscription/:id") return this.unsubscribe(id!, account);
    // Keys, config and destinations are the application's.
    if (account !== null) throw new RestRefusal(403, NO_SCOPE);
    switch (key) {
      case "GET public_key/:id":
        return this.publicKey(id!);
      case "GET config":
        if (this.notifications.state.alertEmail === null) throw refuse(404, 195026, "Configuration Not Found.");
        return json(200, { alertEmail: this.notifications.state.alertEmail });
      case "PUT config":
        return this.putConfig(request);
      case "GET destination":
        return json(200, { total: this.destinations.length, limit: 20, destinations: this.destinations.map(destinationView) });
      case "POST destination":
        return this.createDestination(request);
      case "PUT destination/:id":
        return this.updateDestination(request, id!);
      default:
        throw refuse(404, 195000, "No such resource.");
    }
  }

  private get destinations(): Destination[] {
    return this.notifications.state.destinations;
  }

  private publicKey(kid: string): SimResponse {
    const key = this.notifications.state.keys.find((each) => each.kid === kid);
    if (!key) throw refuse(404, 195001, "The specified key id is invalid.");
    return json(200, publicKeyView(key));
  }

  private putConfig(request: SimRequest): SimResponse {
    const { alertEmail } = readJsonBody(request.headers, request.body, DOMAIN);
    if (typeof alertEmail !== "string" || !alertEmail.includes("@")) throw refuse(400, 195025, "Invalid or missing email.");
    this.notifications.state.alertEmail = alertEmail;
    this.host.touched();
    return noContent();
  }

  private async createDestination(request: SimRequest): Promise<SimResponse> {
    const wanted = await this.readDestination(request, null);
    if (this.notifications.state.alertEmail === null)
      throw refuse(409, 195003, "Please provide configurations required for notifications. Refer to /config.");
    const destination = { destinationId: `dest-${this.host.nextId()}`, ...wanted };
    this.destinations.push(destination);
    this.host.touched();
    return json(201, {}, { location: `https://api.ebay.com/commerce/notification/v1/destination/${destination.destinationId}` });
  }

  private async updateDestination(request: SimRequest, id: string): Promise<SimResponse> {
    const destination = this.destinations.find((each) => each.destinationId === id);
    if (!destination) throw refuse(404, 195022, "Invalid or missing destination id.");
    Object.assign(destination, await this.readDestination(request, id));
    this.notifications.state.failuresInARow = 0;
    this.host.touched();
    return noContent();
  }

  private async readDestination(request: SimRequest, id: string | null): Promise<Omit<Destination, "destinationId">> {
    const { name, status, deliveryConfig } = readJsonBody(request.headers, request.body, DOMAIN);
    const { endpoint, verificationToken } = (deliveryConfig ?? {}) as { endpoint?: unknown; verificationToken?: unknown };
    if (typeof name !== "string" || name.length > 64) throw refuse(400, 195016, "Invalid name.");
    if (typeof endpoint !== "string" || !URL.canParse(endpoint)) throw refuse(400, 195017, "Invalid or missing endpoint.");
    if (status !== "ENABLED" && status !== "DISABLED") throw refuse(400, 195018, "Invalid or missing destination status.");
    if (typeof verificationToken !== "string" || !/^[\w-]{32,80}$/.test(verificationToken))
      throw refuse(400, 195019, "Invalid or missing verification token for this endpoint.");
    if (this.destinations.some((each) => each.endpoint === endpoint && each.destinationId !== id))
      throw refuse(409, 195021, "Destination exists for this endpoint");
    if (!(await challengeEndpoint(endpoint, verificationToken)))
      throw refuse(409, 195020, "Challenge verification failed for requested endpoint");
    return { name, status, endpoint, verificationToken };
  }

  private mine(account: AccountNo | null): Subscription[] {
    return this.notifications.state.subscriptions.filter((each) => each.account === account);
  }

  private subscribe(request: SimRequest, account: AccountNo | null): SimResponse {
    const { topicId, status, destinationId, payload } = readJsonBody(request.headers, request.body, DOMAIN);
    const { format, schemaVersion, deliveryProtocol } = (payload ?? {}) as Record<string, unknown>;
    if (typeof topicId !== "string" || ![...USER_TOPICS, ...APP_TOPICS].includes(topicId))
      throw refuse(400, 195027, "Invalid or missing topic id.");
    if ((account === null) === USER_TOPICS.includes(topicId)) throw refuse(403, 195011, "Not authorized for this topic.");
    if (status !== "ENABLED" && status !== "DISABLED") throw refuse(400, 195006, "Invalid or missing subscription status.");
    if (schemaVersion !== "1.0") throw refuse(400, 195008, "Invalid or missing schema version.");
    if (format !== "JSON") throw refuse(400, 195009, "Specified format is not supported for the topic.");
    if (deliveryProtocol !== "HTTPS") throw refuse(400, 195010, "Invalid or missing protocol");
    const destination = this.destinations.find((each) => each.destinationId === destinationId);
    if (!destination) throw refuse(400, 195007, "Invalid or missing destination id.");
    if (this.mine(account).some((each) => each.topicId === topicId)) throw refuse(409, 195012, "Subscription already exists");
    if (destination.status !== "ENABLED")
      throw refuse(409, 195015, "The subscription cannot be enabled since the destination is not enabled.");
    const subscription: Subscription = {
      subscriptionId: `sub-${this.host.nextId()}`,
      topicId,
      account,
      status,
      destinationId: destination.destinationId,
      schemaVersion,
      creationDate: this.host.now().toISOString(),
    };
    this.notifications.state.subscriptions.push(subscription);
    this.host.touched();
    return json(201, {}, { location: `https://api.ebay.com/commerce/notification/v1/subscription/${subscription.subscriptionId}` });
  }

  private updateSubscription(request: SimRequest, id: string, account: AccountNo | null): SimResponse {
    const { status, destinationId } = readJsonBody(request.headers, request.body, DOMAIN);
    const subscription = this.mine(account).find((each) => each.subscriptionId === id);
    if (!subscription) throw refuse(404, 195013, "The subscription id does not exist.");
    if (status !== "ENABLED" && status !== "DISABLED") throw refuse(400, 195006, "Invalid or missing subscription status.");
    const destination = this.destinations.find((each) => each.destinationId === destinationId);
    if (!destination) throw refuse(400, 195007, "Invalid or missing destination id.");
    if (status === "ENABLED" && destination.status !== "ENABLED")
      throw refuse(409, 195015, "The subscription cannot be enabled since the destination is not enabled.");
    Object.assign(subscription, { status, destinationId: destination.destinationId });
    this.host.touched();
    return noContent();
  }

  private unsubscribe(id: string, account: AccountNo | null): SimResponse {
    const { state } = this.notifications;
    if (!this.mine(account).some((each) => each.subscriptionId === id)) throw refuse(404, 195013, "The subscription id does not exist.");
    state.subscriptions = state.subscriptions.filter((each) => each.subscriptionId !== id);
    this.host.touched();
    return noContent();
  }

  private enable(id: string, account: AccountNo | null): SimResponse {
    const subscription = this.mine(account).find((each) => each.subscriptionId === id);
    if (!subscription) throw refuse(404, 195013, "The subscription id does not exist.");
    subscription.status = "ENABLED";
    this.host.touched();
    return noContent();
  }
}

function destinationView({ destinationId, name, status, endpoint, verificationToken }: Destination) {
  return { destinationId, name, status, deliveryConfig: { endpoint, verificationToken } };
}

function subscriptionView({ subscriptionId, topicId, status, destinationId, schemaVersion, creationDate }: Subscription) {
  return {
    subscriptionId,
    topicId,
    status,
    destinationId,
    creationDate,
    payload: { format: "JSON", schemaVersion, deliveryProtocol: "HTTPS" },
  };
}

function refuse(status: number, errorId: number, message: string): RestRefusal {
  return new RestRefusal(status, { errorId, domain: DOMAIN, category: "REQUEST", message });
}
