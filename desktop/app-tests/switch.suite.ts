/** A network that a test can cut: a proxy in front of a server. It can also switch to another server. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { after } from "node:test";

export interface NetworkSwitch {
  /** The server's address, as the desktop knows it. */
  base: string;
  /** Cuts all connections, and accepts no new ones. */
  cut(): void;
  /** Connects again, to the same server or to another one. */
  join(serverBase?: string): void;
}

/** Starts a switch. It closes after the tests of the test file. */
export async function startSwitch(serverBase: string): Promise<NetworkSwitch> {
  let target: URL | null = new URL(serverBase);
  let last = target;
  const open = new Set<Socket>();
  const proxy = createServer((client) => {
    if (target === null) return client.destroy();
    const server = connect(Number(target.port), target.hostname);
    for (const socket of [client, server]) {
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.pipe(server).pipe(client);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const cut = () => {
    target = null;
    for (const socket of open) socket.destroy();
  };
  after(() => {
    cut();
    proxy.close();
  });
  return {
    base: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    cut,
    join(serverBase) {
      last = serverBase === undefined ? last : new URL(serverBase);
      for (const socket of open) socket.destroy();
      target = last;
    },
  };
}
