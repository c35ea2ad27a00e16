/** A proxy that loses responses: for tests of clients that never receive the result of a request. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { after } from "node:test";

interface CuttingProxy {
  /** Its address, to be used instead of the server's. */
  base: string;
  /** Loses this many of the next responses: cuts the connection when the server begins to respond. */
  lose(responses: number): void;
  /** Number of lost responses. */
  readonly lost: number;
}

/** Starts a proxy in front of a server, and closes it after the tests of the file. */
export async function startCuttingProxy(serverBase: string): Promise<CuttingProxy> {
  const target = new URL(serverBase);
  let toLose = 0;
  let lost = 0;
  const proxy = createServer((client) => {
    const server = connect(Number(target.port), target.hostname);
    client.on("error", () => server.destroy()).on("close", () => server.destroy());
    server.on("error", () => client.destroy()).on("close", () => client.destroy());
    client.pipe(server);
    server.on("data", (chunk) => {
      if (toLose === 0) return client.write(chunk);
      toLose--;
      lost++;
      return client.destroy();
    });
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  after(() => proxy.close());
  return {
    base: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    lose(responses) {
      toLose = responses;
    },
    get lost() {
      return lost;
    },
  };
}
