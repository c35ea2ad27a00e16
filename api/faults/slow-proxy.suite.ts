/** A proxy before a MongoDB server that is slow, answers late, or lets nobody through. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { after } from "node:test";

/** How long each part of a message waits, ms. */
export interface Delays {
  requestMs: number;
  answerMs: number;
}

export interface SlowProxy {
  /** `host:port`, in place of the server's. */
  address: string;
  /** From now on; what is on its way comes when it was to come. */
  delay(delays: Delays): void;
  /** Cuts every connection, and lets nobody in. What was on its way to the server still gets there. */
  shut(): void;
  reopen(): void;
  /** Connections that it has cut, or refused. */
  readonly cut: number;
  /** Parts of messages that came when the one who had sent them, or waited for them, was gone: to the server, to clients. */
  readonly late: { requests: number; answers: number };
}

/** Starts one; it is closed when the test file's tests have ended. @param target `host:port` of the server */
export async function startSlowProxy(target: string): Promise<SlowProxy> {
  const { hostname, port } = new URL(`tcp://${target}`);
  const clients = new Set<Socket>();
  let delays: Delays = { requestMs: 0, answerMs: 0 };
  let isShut = false;
  let cut = 0;
  const late = { requests: 0, answers: 0 };
  const proxy = createServer((client) => {
    if (isShut) {
      cut++;
      return void client.destroy();
    }
    const server = connect(Number(port), hostname);
    clients.add(client);
    for (const socket of [client, server]) socket.setNoDelay(true).on("error", () => {});
    client.on("close", () => clients.delete(client));
    const isGone = () => !clients.has(client);
    pass(
      client,
      server,
      () => {
        if (isGone()) late.requests++;
      },
      () => delays.requestMs,
    );
    pass(
      server,
      client,
      () => {
        if (isGone()) late.answers++;
      },
      () => delays.answerMs,
    );
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const shut = () => {
    isShut = true;
    cut += clients.size;
    for (const client of clients) client.destroy();
  };
  after(() => {
    shut();
    proxy.close();
  });
  return {
    address: `127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    delay(given) {
      delays = given;
    },
    shut,
    reopen() {
      isShut = false;
    },
    get cut() {
      return cut;
    },
    late,
  };
}

/** Passes bytes on in their order, each part after its delay; then the end. @param comes is told of each part */
function pass(from: Socket, to: Socket, comes: () => void, delayMs: () => number): void {
  let last = Promise.resolve();
  const later = (work: () => void) => {
    const due = new Promise((resolve) => setTimeout(resolve, delayMs()).unref());
    last = Promise.all([last, due]).then(work);
  };
  from.on("data", (bytes) =>
    later(() => {
      comes();
      if (to.writable) to.write(bytes);
    }),
  );
  from.on("close", () => later(() => to.destroy()));
}
