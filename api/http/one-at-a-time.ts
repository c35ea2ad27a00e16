/**
 * Runs the requests of a connection one after the other. Node runs all requests that arrive in one packet (HTTP/1.1
 * pipelining), and buffers their responses even if nobody reads them: a few kilobytes cost seconds and gigabytes.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Requests of a connection that may wait. The connection is closed after the last of them; a client sends the rest again. */
const MAX_WAITING = 32;

type Exchange = [request: IncomingMessage, response: ServerResponse];

/** The requests of one connection. One is running while this exists. */
interface Line {
  waiting: Exchange[];
  /** True after too many requests: further ones are dropped. */
  isFull: boolean;
}

/**
 * @param listener runs a request; it is done when its response has been passed to the system, or the client is gone
 * @returns a listener that runs the next request of a connection only then, and meanwhile reads no more from it
 */
export function oneAtATime(listener: RequestListener): RequestListener {
  const lines = new WeakMap<Socket, Line>();

  const run = ([request, response]: Exchange, socket: Socket, line: Line) => {
    // `close` follows the response's last byte. Earlier, it means that the client is gone.
    response.once("close", () => {
      const next = line.waiting.shift();
      if (!next) lines.delete(socket);
      else if (socket.writable) {
        if (line.waiting.length === 0) {
          if (line.isFull) next[1].setHeader("connection", "close");
          else socket.resume();
        }
        run(next, socket, line);
      }
    });
    listener(request, response);
  };

  return (request, response) => {
    const { socket } = request;
    const line = lines.get(socket);
    if (!line) {
      const first = { waiting: [], isFull: false };
      lines.set(socket, first);
      return run([request, response], socket, first);
    }
    if (line.waiting.length >= MAX_WAITING) line.isFull = true;
    if (line.isFull) return;
    line.waiting.push([request, response]);
    socket.pause();
  };
}
