import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { raiseAlert } from "#app/data/audit.server.ts";
import { queueMail } from "#app/data/mail-outbox.server.ts";
import { createResendSender } from "#app/services/resend-sender.server.ts";
import { type Rig, startRig } from "#app/testing/rig.server.ts";
import type { House } from "./house.server.ts";
import { sendMails } from "./send-mails.server.ts";

type Asked = { headers: IncomingHttpHeaders; body: { to: string; from: string; subject: string; html: string; text: string } };
type Answer = { status: number; headers?: Record<string, string>; body?: unknown };

/** A mail service over HTTP, as its client expects it. */
const asked: Asked[] = [];
let answers: Answer[] = [];
const service = createServer(async (req, res) => {
  let text = "";
  for await (const piece of req) text += piece;
  asked.push({ headers: req.headers, body: JSON.parse(text) });
  const { status, headers = {}, body = { id: "m" } } = answers.shift() ?? { status: 200 };
  res.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
});
const refused = (status: number, name: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: { statusCode: status, name, message: `about somebody@example.com` },
});

let rig: Rig;
let house: House;
let person: string;
const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);
type Row = { state: string; tries: number; failure: string | null; waitS: number };
const rows = () =>
  sql<Row>(
    `select state, tries, failure, round(extract(epoch from next_at - clock_timestamp()))::int as "waitS" from mail_outbox order by created_at, id`,
  );
const queue = (key: string) =>
  rig.house.db.write(rig.sellerId, (tx) =>
    queueMail(
      tx,
      rig.sellerId,
      { kind: "held", dedupeKey: key, data: { holdId: "h1", reason: "12 of 40 numbers would go down.", lowered: 12, base: 40, zeroed: 0 } },
      rig.house.newId,
    ),
  );
const due = () => sql("update mail_outbox set next_at = now() where state = 'waiting'");

beforeAll(async () => {
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  rig = await startRig({ items: 1 });
  await rig.worker.stop();
  const sender = createResendSender({ apiKey: "re_test", from: "InventorySync <alerts@example.com>", baseUrl });
  house = { ...rig.house, mail: { ...sender, spacingMs: 0 } };
  const [row] = await sql<{ id: string }>("select user_id as id from membership where seller_id = $1 and role = 'owner'", [rig.sellerId]);
  person = row!.id;
}, 60_000);
afterAll(async () => {
  await rig.stop();
  service.close();
});
beforeEach(async () => {
  asked.length = 0;
  answers = [];
  await sql("update mail_outbox set state = 'sent'");
  await rig.house.db.write(rig.sellerId, (tx) => tx.query("update alert set closed_at = now() where kind = 'mail'"));
});

describe("mail of the outbox", () => {
  it("goes once to each person, with words, a link and its row as key", async () => {
    await queue("one");
    await queue("one");
    await sendMails(house);
    await sendMails(house);
    expect(asked).toHaveLength(1);
    const [{ headers, body }] = asked as [Asked];
    expect(headers).toMatchObject({ authorization: "Bearer re_test", "idempotency-key": expect.stringMatching(/^mail\/[0-9a-f-]{36}$/) });
    expect(body).toMatchObject({ from: "InventorySync <alerts@example.com>", subject: "12 numbers wait for your yes" });
    expect(body.text).toContain(`${house.appUrl}/portal/activity/held/h1`);
    expect((await rows()).at(-1)).toMatchObject({ state: "sent", tries: 1, failure: null });
  });

  it("is tried again with the same key, later each time, and given up in the end, which the seller sees", async () => {
    await queue("two");
    const waits: number[] = [];
    for (let n = 1; n <= 8; n++) {
      answers = [refused(500, "internal_server_error")];
      await due();
      await sendMails(house);
      waits.push((await rows()).at(-1)!.waitS);
    }
    expect(new Set(asked.map((a) => a.headers["idempotency-key"])).size).toBe(1);
    expect(asked).toHaveLength(8);
    expect(waits.slice(0, 7)).toEqual([...waits.slice(0, 7)].sort((a, b) => a - b));
    expect((await rows()).at(-1)).toMatchObject({ state: "failed", tries: 8, failure: expect.stringContaining("500") });
    const [alert] = await sql<{ text: string }>("select text from alert where kind = 'mail' and closed_at is null");
    expect(alert?.text).toContain("could not be delivered");
    expect(alert?.text).not.toContain("@");
    // The next one that goes out closes it.
    await queue("three");
    await sendMails(house);
    expect(await sql("select 1 from alert where kind = 'mail' and closed_at is null")).toEqual([]);
  });

  it("waits as long as the service asks, and the mails behind it wait without losing a try", async () => {
    await queue("four");
    await queue("five");
    answers = [refused(429, "rate_limit_exceeded", { "retry-after": "120" })];
    await sendMails(house);
    expect(asked).toHaveLength(1);
    const [first, second] = (await rows()).slice(-2);
    expect(first).toMatchObject({ state: "waiting", tries: 1 });
    expect(first!.waitS).toBeGreaterThan(100);
    expect(second).toMatchObject({ state: "waiting", tries: 0 });
    expect(second!.waitS).toBeGreaterThan(100);
  });

  it("that is refused for good is not tried again, and the others go on", async () => {
    await queue("six");
    await queue("seven");
    answers = [refused(422, "validation_error")];
    await sendMails(house);
    expect((await rows()).slice(-2)).toMatchObject([{ state: "failed", tries: 1 }, { state: "sent" }]);
    expect((await rows()).at(-2)?.failure).not.toContain("@");
  });

  it("whose sending killed the process comes again after a wait, counted", async () => {
    await queue("eight");
    const dying: House = { ...house, mail: { send: () => Promise.reject(new Error("killed")) } };
    await expect(sendMails(dying)).rejects.toThrow("killed");
    expect((await rows()).at(-1)).toMatchObject({ state: "waiting", tries: 1 });
    expect((await rows()).at(-1)!.waitS).toBeGreaterThan(50);
    await due();
    await sendMails(house);
    expect((await rows()).at(-1)).toMatchObject({ state: "sent", tries: 2 });
  });

  it("to a person without an address is put aside; one who came through Shopify is led into the admin", async () => {
    const [before] = await sql<{ email: string; externalId: string }>(
      `select email, external_id as "externalId" from app_user where id = $1`,
      [person],
    );
    await sql("update app_user set email = '' where id = $1", [person]);
    await queue("nine");
    await sendMails(house);
    expect(asked).toHaveLength(0);
    expect((await rows()).at(-1)).toMatchObject({ state: "failed", failure: "no e-mail address of this person is known" });
    const [shop] = await sql<{ externalId: string; address: string }>(
      `select external_id as "externalId", address from connection where id = $1`,
      [rig.connections.shopify],
    );
    await sql("update app_user set email = 'a@example.com', external_id = $2 where id = $1", [person, `shopify:${shop!.externalId}:7`]);
    await queue("ten");
    await sendMails({ ...house, platformPage: (url) => url });
    expect(asked[0]?.body.text).toContain(
      `https://admin.shopify.com/store/${shop!.address.replace(".myshopify.com", "")}/apps/${house.appKeys.shopify?.clientId}/app/activity/held/h1`,
    );
    await sql("update app_user set email = $2, external_id = $3 where id = $1", [person, before!.email, before!.externalId]);
  });
});

describe("an alert that cannot wait", () => {
  const raise = (kind: string, key: string) =>
    rig.web.db.write(rig.sellerId, (tx) =>
      raiseAlert(tx, rig.sellerId, {
        ...{ id: rig.web.newId(), connectionId: rig.connections.etsy, kind, key, severity: 2, data: {} },
        text: "We can't see Loom any more: its key is dead. Connect it again.",
      }),
    );
  const queued = async () => (await sql<{ n: number }>("select count(*)::int as n from mail_outbox where kind = 'alert'"))[0]?.n;

  it("is mailed when it opens, not when it is counted, and others are not", async () => {
    await raise("blind", "blind:x");
    await raise("blind", "blind:x");
    await raise("failed", "failed:x");
    expect(await queued()).toBe(1);
    await sendMails(house);
    expect(asked[0]?.body).toMatchObject({ subject: "We can't see Loom any more" });
    expect(asked[0]?.body.text).toContain(`${house.appUrl}/portal/channels/${rig.connections.etsy}`);
  });
});
