/** Pipelined requests: one of a connection runs at a time, and what nobody reads is not made. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CLIENT } from "../../fixtures/data/events.ts";
import { call, newConfig, openOffice } from "../sessions/people.suite.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { logOptions } from "./server-log.ts";

const MIB = 1024 * 1024;

/** A server that counts what runs. @returns a connection to it, and the counts */
async function serve(listener: RequestListener) {
  const counts = { started: 0, running: 0, mostRunning: 0 };
  const counting = (request: IncomingMessage, response: ServerResponse) => {
    counts.started++;
    counts.mostRunning = Math.max(counts.mostRunning, ++counts.running);
    response.prependOnceListener("close", () => counts.running--);
    listener(request, response);
  };
  const { listener: inTurn, refuseInTurn } = oneAtATime(counting);
  const server = createServer(inTurn).listen(0, "127.0.0.1");
  server.on("clientError", (_, socket) => refuseInTurn(socket as Socket, () => socket.end("refused")));
  after(() => server.close().closeAllConnections());
  await once(server, "listening");
  return { counts, socket: await open((server.address() as AddressInfo).port) };
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  after(() => socket.destroy());
  await once(socket, "connect");
  return socket;
}

async function until(isTrue: () => boolean): Promise<void> {
  for (const endMs = performance.now() + 60_000; !isTrue(); await sleep(5))
    assert.ok(performance.now() < endMs, "it did not happen within a minute");
}

const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nhost: a\r\n${more}\r\n`;

test("oneAtATime() runs requests that arrive in one packet in order, each after the response to the last", async () => {
  const { counts, socket } = await serve(async ({ url }, response) => {
    await sleep(1);
    response.end(url);
  });
  const paths = Array.from({ length: 20 }, (_, n) => `/${n}`);
  socket.write(paths.map((path) => get(path)).join("") + get("/last", "connection: close\r\n"));
  const urls = (await text(socket)).match(/(?<=\r\n)\/(\d+|last)/g);
  assert.deepEqual(urls, [...paths, "/last"]);
  assert.equal(counts.mostRunning, 1);
});

test("oneAtATime() reads bodies that arrive after a request began to wait", async () => {
  const { socket, counts } = await serve(async (request, response) => response.end(await text(request)));
  const body = "x".repeat(100_000);
  const post = `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n`;
  socket.write(`${post}\r\n${body}${post}\r\n${body}${post}connection: close\r\n\r\n`);
  await until(() => counts.started > 0);
  socket.write(body);
  assert.equal((await text(socket)).match(/x+/g)?.filter(({ length }) => length === body.length).length, 3);
});

test("oneAtATime() runs only the first of 150 requests while nobody reads its response", async () => {
  const { counts, socket } = await serve((_, response) => response.end(Buffer.alloc(64 * MIB)));
  socket.pause();
  socket.write(get("/").repeat(150));
  await until(() => counts.started > 0);
  await sleep(200);
  assert.equal(counts.started, 1);
  socket.destroy();
  await until(() => counts.running === 0);
  assert.equal(counts.started, 1, "the rest does not run once the client is gone");
});

test("oneAtATime() closes the connection after the requests that may wait, and drops the rest", async () => {
  const { counts, socket } = await serve(async (_, response) => {
    await sleep(1);
    response.end();
  });
  socket.write(get("/").repeat(1_000));
  const answers = (await text(socket)).split("HTTP/1.1 200 OK").slice(1);
  assert.deepEqual([answers.length, counts.started], [33, 33]);
  assert.deepEqual(
    answers.map((answer) => /connection: close/i.test(answer)),
    answers.map((_, n) => n === 32),
  );
});

test("oneAtATime() runs nothing after a response that closes the connection", async () => {
  const { counts, socket } = await serve(({ url }, response) => {
    if (url === "/2") response.setHeader("connection", "close");
    response.end();
  });
  socket.write([1, 2, 3, 4, 5].map((n) => get(`/${n}`)).join(""));
  assert.equal((await text(socket)).split("HTTP/1.1 200 OK").length - 1, 2);
  assert.equal(counts.started, 2);
});

test("bytes that are no request are refused after the responses to the requests before them", async () => {
  for (const bytes of ["nonsense\r\n\r\n", "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"])
    for (const waiting of [1, 2, 5]) {
      const { socket, counts } = await serve(async (_, response) => {
        await sleep(5);
        response.end("done");
      });
      socket.write(get("/").repeat(waiting) + bytes);
      const answers = (await text(socket)).match(/done|refused/g);
      assert.deepEqual(answers, [...Array(waiting).fill("done"), "refused"], bytes);
      assert.equal(counts.started, waiting);
    }
});

test("a body that breaks off is refused in place of its response, and not after a response has begun", async () => {
  const broken = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n";
  const silent = await serve(() => {});
  silent.socket.write(broken);
  await until(() => silent.counts.started > 0);
  silent.socket.write("zz\r\n");
  assert.equal(await text(silent.socket), "refused");
  const early = await serve((_, response) => response.writeHead(200, { "content-length": 9 }).write("begun"));
  early.socket.write(broken);
  await once(early.socket, "readable");
  early.socket.write("zz\r\n");
  assert.match(await text(early.socket).catch(() => "cut"), /begun$|^cut$/);
});

test("the API answers a write before it refuses the bytes after it", async () => {
  const { base, owner } = await openOffice();
  const { port } = new URL(base);
  for (const [bytes, status] of [
    ["nonsense\r\n\r\n", 400],
    ["CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\n\r\n", 405],
    [`GET /${"x".repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, 431],
  ] as const) {
    const socket = await open(Number(port));
    const body = JSON.stringify({ ...CLIENT, name: `Client ${status}` });
    const head = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nauthorization: Bearer ${owner.token}`;
    socket.write(`POST /api/clients HTTP/1.1\r\nhost: a\r\n${head}\r\n\r\n${body}${bytes}`);
    const statuses = [...(await text(socket)).matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, code]) => Number(code));
    assert.deepEqual(statuses, [200, status]);
  }
});

test("the API makes few of 3,000 responses that nobody reads, and serves others", async () => {
  let made = 0;
  const count = (line: string) => {
    if (line.includes('"url":"/api/docs"')) made++;
  };
  const { base, owner } = await openOffice(newConfig(), { logger: logOptions({ write: count }) });
  const { port } = new URL(base);
  const sockets = await Promise.all(Array.from({ length: 20 }, () => open(Number(port))));
  for (const socket of sockets) {
    socket.pause();
    socket.write(get("/api/docs").repeat(150));
  }
  await until(() => made >= 20);
  for (let n = 0; n < 20; n++) assert.equal((await call(base, "GET", "/api/clients", undefined, owner)).status, 200);
  // The system takes a few megabytes of each connection; nothing is made beyond them.
  assert.ok(made <= 20 * 33, `${made} responses`);
});
