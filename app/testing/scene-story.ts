/** How the rows of a scene are written: each method one thing that exists or happened. */
import type { Database, PrismaTx } from "#app/data/database.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";

export type SceneSeller = {
  id: string;
  people: { owner: string; viewer: string };
  connections: Record<ChannelName, string>;
  /** Shown numbers by SKU and channel. */
  numbers: Record<string, Partial<Record<ChannelName, string>>>;
  listings: string[];
  edits: string[];
  holds: string[];
};

type NumberState = Partial<{
  target: number | null;
  confirmed: number;
  dirty: boolean;
  attempts: number;
  failureKind: string;
  failureText: string;
  state: string;
  causeId: string;
  causeAt: Date;
  nextAttemptAt: Date;
}>;

type ItemSpec = {
  sku: string;
  title: string;
  onHand: number;
  reserved?: number;
  tags?: string[];
  on: Partial<Record<ChannelName, NumberState>>;
};

const SECOND = 1_000;

export class Story {
  readonly db: Database;
  readonly now: Date;
  readonly newId: () => string;
  constructor(db: Database, now: Date, newId: () => string) {
    this.db = db;
    this.now = now;
    this.newId = newId;
  }

  write<T>(seller: { id: string }, work: (prisma: PrismaTx) => Promise<T>): Promise<T> {
    return this.db.read(seller.id, work);
  }

  async seller(
    name: string,
    people: [string, string],
    shops: Record<ChannelName, string>,
    lifecycle: "live" | "observe",
  ): Promise<SceneSeller> {
    const id = this.newId();
    const letter = name.slice(-1).toLowerCase();
    const externals = { owner: `demo-${people[0].toLowerCase()}`, viewer: `demo-${people[1].toLowerCase()}` };
    const connections = {} as Record<ChannelName, string>;
    await this.db.read(id, async (prisma) => {
      await prisma.seller.create({ data: { id, name, timeZone: "Europe/Berlin" } });
      for (const [index, person] of people.entries()) {
        const userId = this.newId();
        const role = index === 0 ? "owner" : "viewer";
        await prisma.appUser.create({
          data: { id: userId, externalId: externals[role], email: `${person}@example.invalid`, name: person },
        });
        await prisma.membership.create({ data: { id: this.newId(), sellerId: id, userId, role } });
        await prisma.actor.create({ data: { key: `person:${userId}`, sellerId: id, kind: "person", userId, label: person } });
      }
      await prisma.actor.create({ data: { key: `channel:${id}`, sellerId: id, kind: "channel", label: "A channel" } });
      for (const [index, [channel, shop]] of Object.entries(shops).entries()) {
        const connectionId = this.newId();
        connections[channel as ChannelName] = connectionId;
        const data = {
          id: connectionId,
          sellerId: id,
          channel: channel as ChannelName,
          externalId: `${channel}-${letter}`,
          name: shop,
          lifecycle,
        };
        const address = channel === "shopify" ? `shop-${letter}.myshopify.com` : null;
        const lastSeenAt = new Date(this.now.getTime() - (2 + index) * SECOND);
        const createdAt = new Date(this.now.getTime() - 1_000_000 + index);
        await prisma.connection.create({ data: { ...data, address, editPolicy: "review", lastSeenAt, createdAt } });
        const feed = { sellerId: id, connectionId, readThrough: lastSeenAt, finishedAt: lastSeenAt };
        await prisma.feed.create({ data: { ...feed, id: this.newId(), kind: "orders" } });
        await prisma.feed.create({ data: { ...feed, id: this.newId(), kind: "listings", done: 12, total: 12 } });
      }
    });
    return { id, people: externals, connections, numbers: {}, listings: [], edits: [], holds: [] };
  }

  item(seller: SceneSeller, spec: ItemSpec): Promise<string> {
    return this.write(seller, async (prisma) => {
      const { sku, title, onHand, reserved = 0 } = spec;
      const id = this.newId();
      await prisma.stockItem.create({
        data: { id, sellerId: seller.id, sku, skuKey: sku.toLowerCase(), title, onHand, reserved, movedAt: this.now },
      });
      for (const tag of spec.tags ?? []) await prisma.itemTag.create({ data: { sellerId: seller.id, itemId: id, tag } });
      for (const [channel, number] of Object.entries(spec.on)) {
        const listingId = await this.listing(prisma, seller, channel as ChannelName, { sku, title, linked: true, number });
        await prisma.component.create({ data: { sellerId: seller.id, listingId, itemId: id, units: 1 } });
      }
      return id;
    });
  }

  unlinked(seller: SceneSeller, channel: ChannelName, title: string, shown: number): Promise<string> {
    return this.write(seller, (prisma) =>
      this.listing(prisma, seller, channel, { sku: null, title, linked: false, number: { target: null, confirmed: shown } }),
    );
  }

  async listing(
    prisma: PrismaTx,
    seller: SceneSeller,
    channel: ChannelName,
    spec: { sku: string | null; title: string; linked: boolean; number: NumberState },
  ): Promise<string> {
    const connectionId = seller.connections[channel];
    const quantityId = this.newId();
    const listingId = this.newId();
    const { number } = spec;
    const common = { sellerId: seller.id, connectionId };
    const live = spec.linked && number.target !== null && number.target !== undefined;
    await prisma.channelQuantity.create({
      data: {
        ...common,
        id: quantityId,
        key: quantityId,
        ref: {},
        confirmedAt: this.now,
        dirtySince: number.dirty ? this.now : null,
        ...number,
        state: number.state ?? "active",
      },
    });
    await prisma.listing.create({
      data: {
        ...common,
        ...{ id: listingId, quantityId, externalId: listingId, title: spec.title, sku: spec.sku, skuKey: spec.sku?.toLowerCase() ?? null },
        state: number.state ?? "active",
        linkState: spec.linked ? "linked" : "unlinked",
        goLive: live || number.state === "ended" ? "live" : "watching",
      },
    });
    seller.listings.push(listingId);
    if (spec.sku) seller.numbers[spec.sku] = { ...seller.numbers[spec.sku], [channel]: quantityId };
    return listingId;
  }

  move(
    seller: SceneSeller,
    spec: {
      itemId: string;
      kind: string;
      onHand?: number;
      reserved?: number;
      channel?: ChannelName;
      order?: string;
      correlationId: string;
      at: Date;
      actor: "owner" | "channel";
      note?: string;
    },
  ): Promise<string> {
    return this.write(seller, async (prisma) => {
      const id = this.newId();
      const connectionId = spec.channel ? seller.connections[spec.channel] : null;
      let orderId: string | null = null;
      if (spec.order && connectionId) {
        orderId = this.newId();
        const times = { placedAt: spec.at, updatedAt: spec.at, observedAt: spec.at, firstSeenAt: spec.at };
        await prisma.salesOrder.create({
          data: {
            id: orderId,
            sellerId: seller.id,
            connectionId,
            externalId: spec.order,
            number: spec.order,
            status: "open",
            paid: true,
            digest: spec.order,
            ...times,
          },
        });
      }
      const owner = await prisma.actor.findFirstOrThrow({
        where: { sellerId: seller.id, kind: spec.actor === "owner" ? "person" : "channel" },
        orderBy: { key: "asc" },
      });
      await prisma.movement.create({
        data: {
          ...{
            id,
            sellerId: seller.id,
            itemId: spec.itemId,
            kind: spec.kind,
            onHandDelta: spec.onHand ?? 0,
            reservedDelta: spec.reserved ?? 0,
          },
          ...{
            orderId,
            connectionId,
            dedupeKey: id,
            actorKey: owner.key,
            correlationId: spec.correlationId,
            note: spec.note ?? null,
            occurredAt: spec.at,
            recordedAt: spec.at,
          },
        },
      });
      return id;
    });
  }

  shown(
    seller: SceneSeller,
    sku: string,
    channel: ChannelName,
    spec: { from: number; to: number; causeId: string; causeAt: Date; tookMs: number },
  ): Promise<unknown> {
    const confirmedAt = new Date(spec.causeAt.getTime() + spec.tookMs);
    const quantityId = seller.numbers[sku]?.[channel] ?? "";
    return this.write(seller, (prisma) =>
      prisma.shownChange.create({
        data: {
          ...{
            id: this.newId(),
            sellerId: seller.id,
            connectionId: seller.connections[channel],
            quantityId,
            fromQuantity: spec.from,
            toQuantity: spec.to,
          },
          ...{
            kind: "write",
            outcome: "confirmed",
            causeKind: "sale",
            causeId: spec.causeId,
            causeAt: spec.causeAt,
            sentAt: confirmedAt,
            confirmedAt,
            byOrder: true,
            recordedAt: confirmedAt,
          },
        },
      }),
    );
  }

  edit(seller: SceneSeller, sku: string, channel: ChannelName, spec: { expected: number; observed: number }): Promise<string> {
    const id = this.newId();
    const quantityId = seller.numbers[sku]?.[channel] ?? "";
    return this.write(seller, async (prisma) => {
      await prisma.outsideEdit.create({
        data: { id, sellerId: seller.id, connectionId: seller.connections[channel], quantityId, ...spec, seenAt: this.now },
      });
      return id;
    });
  }

  hold(seller: SceneSeller, skus: string[], reason: string): Promise<string> {
    return this.write(seller, async (prisma) => {
      const holdId = this.newId();
      const previewId = this.newId();
      const quantityIds = skus.flatMap((sku) => Object.values(seller.numbers[sku] ?? {}));
      const facts = { because: "zeroes", lowered: 412, zeroed: 412, base: 1_900, cause: "listing-state" };
      await prisma.hold.create({ data: { id: holdId, sellerId: seller.id, key: holdId, reason, facts, previewId, openedAt: this.now } });
      await prisma.preview.create({
        data: {
          id: previewId,
          sellerId: seller.id,
          kind: "held-numbers",
          state: "open",
          hash: "shown",
          plan: { holdId },
          createdAt: this.now,
        },
      });
      await prisma.previewRow.createMany({
        data: quantityIds.map((quantityId) => ({
          ...{ id: this.newId(), sellerId: seller.id, previewId, quantityId, before: 4, after: 0, steps: [], change: "to-zero" },
        })),
      });
      await prisma.holdNumber.createMany({ data: quantityIds.map((quantityId) => ({ sellerId: seller.id, holdId, quantityId })) });
      return holdId;
    });
  }

  alert(seller: SceneSeller, alert: { kind: string; text: string; connectionId: string; severity: number }): Promise<unknown> {
    return this.write(seller, (prisma) =>
      prisma.alert.create({
        data: { id: this.newId(), sellerId: seller.id, key: `${alert.kind}:${alert.connectionId}`, openedAt: this.now, ...alert },
      }),
    );
  }

  audit(seller: SceneSeller, action: string, connectionId: string, at: Date): Promise<unknown> {
    return this.write(seller, async (prisma) => {
      const person = await prisma.actor.findFirstOrThrow({ where: { sellerId: seller.id, kind: "person" }, orderBy: { key: "asc" } });
      await prisma.auditEvent.create({
        data: {
          id: this.newId(),
          sellerId: seller.id,
          connectionId,
          action,
          subject: connectionId,
          actorKey: person.key,
          correlationId: this.newId(),
          at,
        },
      });
    });
  }

  preview(
    seller: SceneSeller,
    channel: ChannelName,
    rows: { sku: string; before: number; after: number; change: string }[],
  ): Promise<string> {
    return this.write(seller, async (prisma) => {
      const id = this.newId();
      await prisma.preview.create({
        data: {
          id,
          sellerId: seller.id,
          connectionId: seller.connections[channel],
          kind: "go-live",
          hash: "as-shown",
          createdAt: this.now,
        },
      });
      await prisma.previewRow.createMany({
        data: rows.map(({ sku, ...row }) => ({
          ...row,
          id: this.newId(),
          sellerId: seller.id,
          previewId: id,
          quantityId: seller.numbers[sku]?.[channel] ?? "",
          steps: [],
        })),
      });
      return id;
    });
  }
}
