import { once } from "node:events";
import http, { type IncomingMessage, type RequestListener } from "node:http";
import https from "node:https";
import { type AddressInfo, createServer, type Server } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { selfSigned } from "#app/testing/self-signed.ts";
import { createHttp, type HttpOptions } from "./http.server.ts";
import { HttpFailure, type HttpRequest } from "./http.ts";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    if (server instanceof http.Server || server instanceof https.Server) server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
const serve = (handler: RequestListener) => listen(http.createServer(handler));

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

const open = (options: Partial<HttpOptions> = {}) => createHttp({ allowLoopback: true, userAgent: "InventorySync/test", ...options });
const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({ method: "GET", url, timeoutMs: 5_000, ...more });

async function failureOf(call: Promise<unknown>): Promise<HttpFailure> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(HttpFailure);
  return error as HttpFailure;
}

describe("an ordinary call", () => {
  it("brings method, headers and body there and the answer back", async () => {
    const port = await serve(async (req, res) => {
      const seen = {
        method: req.method,
        url: req.url,
        agent: req.headers["user-agent"],
        token: req.headers["x-token"],
        length: req.headers["content-length"],
        body: await bodyOf(req),
      };
      res.writeHead(
        201,
        [
          ["X-Limit", "1"],
          ["x-limit", "2"],
          ["Retry-After", "3"],
          ["retry-after", "4"],
        ].flat(),
      );
      res.end(JSON.stringify(seen));
    });
    const answer = await open()({
      method: "DELETE",
      url: `http://127.0.0.1:${port}/a?b=c`,
      headers: { "X-Token": "t", Host: "elsewhere", "Content-Length": "999" },
      body: "ünï",
      timeoutMs: 5_000,
    });
    expect(answer.status).toBe(201);
    expect(answer.headers["x-limit"]).toBe("1, 2");
    expect(answer.headers["retry-after"]).toBe("3, 4");
    expect(JSON.parse(answer.text)).toEqual({
      method: "DELETE",
      url: "/a?b=c",
      agent: "InventorySync/test",
      token: "t",
      length: "5",
      body: "ünï",
    });
  });

  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
  ])("unpacks %s and drops a byte order mark", async (encoding, pack) => {
    const port = await serve((_req, res) => res.writeHead(200, { "content-encoding": encoding }).end(pack(Buffer.from('\ufeff{"a":"ö"}'))));
    expect((await open()(get(`http://127.0.0.1:${port}/`))).text).toBe('{"a":"ö"}');
  });

  it("hands a redirect back and does not follow it", async () => {
    const paths: (string | undefined)[] = [];
    const port = await serve((req, res) => {
      paths.push(req.url);
      res.writeHead(302, { location: "http://169.254.169.254/latest" }).end();
    });
    const answer = await open()(get(`http://127.0.0.1:${port}/a`, { headers: { authorization: "Basic x" } }));
    expect([answer.status, answer.headers.location, paths]).toEqual([302, "http://169.254.169.254/latest", ["/a"]]);
  });

  it("uses one connection for calls that follow each other", async () => {
    const ports = new Set<number | undefined>();
    const port = await serve((req, res) => {
      ports.add(req.socket.remotePort);
      res.end("ok");
    });
    const call = open();
    for (let n = 0; n < 5; n++) await call(get(`http://127.0.0.1:${port}/`));
    expect(ports.size).toBe(1);
  });

  it("sends a platform's host elsewhere where the demo says so", async () => {
    const port = await serve((req, res) => res.end(req.url));
    const call = open({ mapHost: (url) => new URL(`http://127.0.0.1:${port}/ebay/${url.host}${url.pathname}${url.search}`) });
    expect((await call(get("https://api.ebay.com/sell/x?y=1"))).text).toBe("/ebay/api.ebay.com/sell/x?y=1");
  });

  it("speaks TLS to whom it can prove, and sends nothing to whom it cannot", async () => {
    const pair = selfSigned(["shop.test"]);
    const seen: unknown[] = [];
    const port = await listen(https.createServer(pair, (req, res) => res.end(String(seen.push(req.url)))));
    const resolve = async () => [{ address: "127.0.0.1", family: 4 }];
    expect((await open({ ca: pair.cert, resolve })(get(`https://shop.test:${port}/`))).text).toBe("1");
    expect((await failureOf(open({ ca: pair.cert, resolve })(get(`https://other.test:${port}/`)))).kind).toBe("not-sent");
    expect((await failureOf(open({ resolve })(get(`https://shop.test:${port}/`)))).kind).toBe("not-sent");
    expect(seen).toHaveLength(1);
  });
});

describe("the guard", () => {
  const to = (address: string) => async () => [{ address, family: address.includes(":") ? 6 : 4 }];

  it.each([
    "http://127.0.0.1:1/",
    "https://127.0.0.1:1/",
    "https://[::1]:1/",
    "https://10.0.0.1/",
    "https://169.254.169.254/",
    "https://[::ffff:10.0.0.1]/",
    "https://0x7f000001/",
  ])("refuses %s in production", async (url) => {
    expect((await failureOf(open({ allowLoopback: false })(get(url)))).kind).toBe("refused-address");
  });

  it.each([
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.9",
    "192.168.0.1",
    "100.64.1.1",
    "169.254.169.254",
    "224.0.0.1",
    "0.0.0.0",
    "::1",
    "fe80::1",
    "fd00::1",
    "::ffff:192.168.0.1",
    "64:ff9b::a00:1",
  ])("refuses a name that leads to %s", async (address) => {
    expect((await failureOf(open({ allowLoopback: false, resolve: to(address) })(get("https://shop.example/")))).kind).toBe(
      "refused-address",
    );
  });

  it("refuses a name with one closed address among open ones, and a name with none", async () => {
    const mixed = async () => [
      { address: "203.0.114.1", family: 4 },
      { address: "10.0.0.1", family: 4 },
    ];
    expect((await failureOf(open({ resolve: mixed })(get("https://shop.example/")))).kind).toBe("refused-address");
    expect((await failureOf(open({ resolve: async () => [] })(get("https://shop.example/")))).kind).toBe("refused-address");
  });

  it("connects to what was resolved and checks each new connection again", async () => {
    const port = await serve((_req, res) => res.setHeader("connection", "close").end("here"));
    const answers = ["127.0.0.1", "10.0.0.1"];
    const asked: string[] = [];
    const call = open({
      resolve: async (hostname) => {
        asked.push(hostname);
        return [{ address: answers.shift() ?? "10.0.0.1", family: 4 }];
      },
    });
    expect((await call(get(`http://rebinding.example:${port}/`))).text).toBe("here");
    expect((await failureOf(call(get(`http://rebinding.example:${port}/`)))).kind).toBe("refused-address");
    expect(asked).toEqual(["rebinding.example", "rebinding.example"]);
  });

  it("opens this machine by the development switch, and without TLS nothing else", async () => {
    expect((await failureOf(open({ resolve: to("203.0.114.1") })(get("http://shop.example/")))).kind).toBe("refused-address");
    expect((await failureOf(open()(get("http://10.0.0.1/")))).kind).toBe("refused-address");
    expect((await failureOf(open()(get("https://10.0.0.1/")))).kind).toBe("refused-address");
  });

  it.each(["ftp://shop.example/", "file:///etc/passwd", "no address", "https://user:pw@shop.example/"])("refuses %s", async (url) => {
    const failure = await failureOf(open()(get(url)));
    expect(failure.kind).toBe("refused-address");
    expect(failure.message).not.toContain("pw");
  });

  it("guards what the demo's map answers, too", async () => {
    const call = open({ mapHost: () => new URL("http://10.0.0.1/") });
    expect((await failureOf(call(get("https://api.ebay.com/")))).kind).toBe("refused-address");
  });
});

describe("what went wrong", () => {
  it("not sent: nobody listens, the name does not exist, given up before", async () => {
    const port = await serve(() => {});
    const [server] = servers.splice(0);
    server?.close();
    await once(server!, "close");
    const refused = await failureOf(open()(get(`http://127.0.0.1:${port}/secret-path?token=abc`)));
    expect(refused.kind).toBe("not-sent");
    expect(refused.message).not.toMatch(/secret-path|abc/);

    const nowhere = async () => {
      throw Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });
    };
    expect((await failureOf(open({ resolve: nowhere })(get("https://shop.example/")))).kind).toBe("not-sent");
    expect((await failureOf(open()(get(`http://127.0.0.1:${port}/`, { signal: AbortSignal.abort() })))).kind).toBe("not-sent");
  });

  it("not sent: the name never resolves, or TLS never begins, within the time given", async () => {
    const never = () => new Promise<never>(() => {});
    expect((await failureOf(open({ resolve: never })(get("https://shop.example/", { timeoutMs: 50 })))).kind).toBe("not-sent");
    const port = await listen(createServer((socket) => socket.resume()));
    expect((await failureOf(open()(get(`https://127.0.0.1:${port}/`, { timeoutMs: 100 })))).kind).toBe("not-sent");
  });

  it("not sent: a header that cannot be written, without showing it", async () => {
    const failure = await failureOf(open()(get("https://shop.example/", { headers: { authorization: "Bearer a\r\nb" } })));
    expect([failure.kind, failure.message.includes("Bearer")]).toEqual(["not-sent", false]);
  });

  it("no answer: silence, a cut connection, half an answer, damaged packing, given up meanwhile", async () => {
    const giveUp = new AbortController();
    const port = await serve((req, res) => {
      if (req.url === "/cut") req.socket.destroy();
      if (req.url === "/half") res.writeHead(200, { "content-length": "100" }).write("half", () => req.socket.destroy());
      if (req.url === "/damaged") res.writeHead(200, { "content-encoding": "gzip" }).end("no gzip");
      if (req.url === "/abort") giveUp.abort();
    });
    const kindOf = async (path: string, more: Partial<HttpRequest> = {}) =>
      (await failureOf(open()({ ...get(`http://127.0.0.1:${port}${path}`), method: "POST", body: "x", ...more }))).kind;
    expect(await kindOf("/silence", { timeoutMs: 100 })).toBe("no-answer");
    expect(await kindOf("/cut")).toBe("no-answer");
    expect(await kindOf("/half")).toBe("no-answer");
    expect(await kindOf("/damaged")).toBe("no-answer");
    expect(await kindOf("/abort", { signal: giveUp.signal })).toBe("no-answer");
  });

  it("no answer: the body stops in the middle and the time is over", async () => {
    const port = await serve((_req, res) => void res.writeHead(200).write("begin"));
    expect((await failureOf(open()(get(`http://127.0.0.1:${port}/`, { timeoutMs: 100 })))).kind).toBe("no-answer");
  });

  it("too large: announced, endless, or packed small", async () => {
    const port = await serve((req, res) => {
      if (req.url === "/bomb") return void res.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(5_000_000)));
      const more = () => {
        while (res.writable && res.write("x".repeat(10_000)));
      };
      res.on("drain", more);
      res.on("error", () => {});
      more();
    });
    for (const path of ["/bomb", "/endless"]) {
      expect((await failureOf(open()(get(`http://127.0.0.1:${port}${path}`, { maxBytes: 100_000 })))).kind).toBe("too-large");
    }
  });

  it("a kept connection that the server has closed: a reading call is repeated, a changing one is in doubt", async () => {
    let served = 0;
    const port = await listen(
      // Answers the first request of each connection and cuts it at the second, as a server does whose idle time is over.
      createServer((socket) => {
        let first = true;
        socket.on("error", () => {});
        socket.on("data", () => {
          if (!first) return socket.destroy();
          first = false;
          served += 1;
          socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        });
      }),
    );
    const call = open();
    const url = `http://127.0.0.1:${port}/`;
    expect((await call(get(url))).text).toBe("ok");
    expect((await call(get(url))).text).toBe("ok");
    expect(served).toBe(2);
    await call(get(url));
    expect((await failureOf(call({ method: "POST", url, body: "x", timeoutMs: 5_000 }))).kind).toBe("no-answer");
    expect(served).toBe(3);
  });
});
