/** A proxy that loses answers: for tests of what a client does that never heard what came of its request. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { after } from "node:test";

export interface CuttingProxy {
  /** Its address, in place of the server's. */
  base: string;
  /** How many of the next answers are lost: the connection is cut when the server begins to answer. */
  lose(answers: number): void;
  /** How many were lost. */
  readonly lost: number;
}

/** Starts one before a server; it is closed when the test file's tests have ended. */
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
    lose(answers) {
      toLose = answers;
    },
    get lost() {
      return lost;
    },
  };
}
