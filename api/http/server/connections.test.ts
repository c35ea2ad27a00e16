import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type ConnectionLimits, connectionLimits, limitConnections, sharedAddresses } from "./connections.ts";

/** A server with these limits. @returns a function that opens a connection, and tells whether it stays open */
async function serve(limits: ConnectionLimits, isShared = (_address: string) => false) {
  const server = createServer((socket) => socket.on("error", () => {}));
  limitConnections(server, limits, isShared);
  // A connection that stays gets a byte.
  server.on("connection", (socket) => !socket.destroyed && socket.write("x"));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const sockets = new Set<Socket>();
  after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const open = async () => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1").on("error", () => {});
    sockets.add(socket);
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once("data", () => resolve(true)).once("close", () => resolve(false));
    });
    return { socket, isOpen };
  };
  return { open, server };
}

test("limitConnections() closes what a sender opens beyond its limit, and accepts again after one has closed", async () => {
  const { open, server } = await serve({ total: 100, each: 3 });
  const first = await open();
  const opened = [first];
  for (let n = 0; n < 4; n++) opened.push(await open());
  assert.deepEqual(
    opened.map(({ isOpen }) => isOpen),
    [true, true, true, false, false],
  );
  first.socket.destroy();
  const count = () => new Promise<number>((resolve) => server.getConnections((_, number) => resolve(number)));
  while ((await count()) > 2) await sleep(5);
  assert.deepEqual([(await open()).isOpen, (await open()).isOpen], [true, false]);
});

test("limitConnections() limits a shared address only by the total", async () => {
  const { open } = await serve({ total: 5, each: 2 }, () => true);
  const opened: boolean[] = [];
  for (let n = 0; n < 7; n++) opened.push((await open()).isOpen);
  assert.deepEqual(opened, [true, true, true, true, true, false, false]);
});

test("connectionLimits() leaves files for logs and caches", () => {
  assert.deepEqual(connectionLimits(1_024), { total: 768, each: 192 });
  assert.deepEqual(connectionLimits(20_000), { total: 15_000, each: 1_024 });
  assert.deepEqual(connectionLimits(Number.POSITIVE_INFINITY), { total: 16_384, each: 1_024 });
  assert.ok(connectionLimits().total > 0);
});

test("sharedAddresses() are those of this machine and of trusted proxies", () => {
  const isShared = sharedAddresses("10.0.0.0/8");
  for (const address of ["127.0.0.1", "::1", "10.1.2.3", "::ffff:10.1.2.3"]) assert.ok(isShared(address), address);
  for (const address of ["192.0.2.1", "2001:db8::1"]) assert.ok(!isShared(address), address);
  assert.ok(!sharedAddresses(null)("10.1.2.3"));
});
