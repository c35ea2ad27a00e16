/** A proxy in front of a MongoDB server that delays requests or responses, or refuses connections. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { after } from "node:test";

/** Delay of each part of a message, ms. */
interface Delays {
  requestMs: number;
  responseMs: number;
}

export interface SlowProxy {
  /** `host:port`, in place of the server's. */
  address: string;
  /** Sets the delays of later parts. Parts on their way keep their delays. */
  delay(delays: Delays): void;
  /** Cuts every connection and refuses new ones. Data on its way to the server still arrives. */
  shut(): void;
  reopen(): void;
  /** Number of connections cut or refused. */
  readonly cut: number;
  /** Number of message parts that arrived after the client had disconnected: at the server, and for the client. */
  readonly late: { requests: number; responses: number };
}

/** Starts a proxy, and closes it after the tests of the file. @param target `host:port` of the server */
export async function startSlowProxy(target: string): Promise<SlowProxy> {
  const { hostname, port } = new URL(`tcp://${target}`);
  const clients = new Set<Socket>();
  let delays: Delays = { requestMs: 0, responseMs: 0 };
  let isShut = false;
  let cut = 0;
  const late = { requests: 0, responses: 0 };
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
        if (isGone()) late.responses++;
      },
      () => delays.responseMs,
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
    delay(next) {
      delays = next;
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

/** Passes on bytes in order, each part after its delay, then the end. @param onPart called for each part that arrives */
function pass(from: Socket, to: Socket, onPart: () => void, delayMs: () => number): void {
  let last = Promise.resolve();
  const later = (work: () => void) => {
    const due = new Promise((resolve) => setTimeout(resolve, delayMs()).unref());
    last = Promise.all([last, due]).then(work);
  };
  from.on("data", (bytes) =>
    later(() => {
      onPart();
      if (to.writable) to.write(bytes);
    }),
  );
  from.on("close", () => later(() => to.destroy()));
}
