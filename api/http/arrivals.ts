/**
 * Starts requests in a fair order. Those that arrive in one turn of the event loop would all run before anything else, so
 * a client with a thousand connections would delay the others by a thousand requests. Here a turn starts requests for a
 * few milliseconds; of those that remain, each sender starts one after the other.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

/** Time for starting requests in one turn of the event loop, ms. */
const TURN_MS = 2;

type Exchange = [request: IncomingMessage, response: ServerResponse];

/**
 * @param senderOf who sent a request; called only if requests have to wait
 * @returns a listener that passes each request on, now or in a later turn of the event loop
 */
export function inFairOrder(
  listener: RequestListener,
  senderOf: (request: IncomingMessage) => string,
): RequestListener {
  /** Waiting requests by sender, in the order of their turns. */
  const waiting = new Map<string, Exchange[]>();
  let usedMs = 0;
  let isWatching = false;

  const start = ([request, response]: Exchange) => {
    const startedMs = performance.now();
    listener(request, response);
    usedMs += performance.now() - startedMs;
  };

  const beginTurn = () => {
    usedMs = 0;
    while (usedMs < TURN_MS) {
      const [next] = waiting;
      if (!next) break;
      const [sender, [first, ...rest]] = next;
      waiting.delete(sender);
      if (rest.length > 0) waiting.set(sender, rest);
      if (first) start(first);
    }
    isWatching = waiting.size > 0;
    if (isWatching) setImmediate(beginTurn);
  };

  return (request, response) => {
    if (!isWatching) {
      isWatching = true;
      usedMs = 0;
      setImmediate(beginTurn);
    }
    if (waiting.size === 0 && usedMs < TURN_MS) return start([request, response]);
    const sender = senderOf(request);
    const queue = waiting.get(sender);
    if (queue) queue.push([request, response]);
    else waiting.set(sender, [[request, response]]);
  };
}
