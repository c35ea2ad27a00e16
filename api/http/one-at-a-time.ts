/**
 * Runs the requests of a connection one after the other. Node runs all requests that arrive in one packet (HTTP/1.1
 * pipelining), and buffers their responses even if nobody reads them: a few kilobytes cost seconds and gigabytes.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Requests of a connection that may wait. The connection is closed after the last of them; a client sends the rest again. */
const MAX_WAITING = 32;

type Exchange = [request: IncomingMessage, response: ServerResponse];

/** The requests of one connection. */
interface Line {
  running: Exchange;
  waiting: Exchange[];
  /** True after too many requests, or bytes that are no request: nothing that follows is run. */
  isFull: boolean;
  /** Responds to bytes that are no request, after all responses, and closes the connection. */
  refuse: (() => void) | null;
}

export interface OneAtATime {
  /** Runs the next request of a connection after the response to the previous one; meanwhile it reads no more from it. */
  listener: RequestListener;
  /**
   * Responds to bytes that are no request when it is their turn: a client reads responses in the order of its requests,
   * so it would take an early refusal for the answer to a write that succeeds.
   *
   * @param refuse writes the response on the bare socket, and closes it
   */
  refuseInTurn: (socket: Socket, refuse: () => void) => void;
}

/** @param listener runs a request; it is done when its response has been passed to the system, or the client is gone */
export function oneAtATime(listener: RequestListener): OneAtATime {
  const lines = new WeakMap<Socket, Line>();

  const run = ([request, response]: Exchange, socket: Socket, line: Line) => {
    line.running = [request, response];
    // `close` follows the response's last byte. Earlier, it means that the client is gone.
    response.once("close", () => {
      const next = line.waiting.shift();
      if (!next) {
        lines.delete(socket);
        line.refuse?.();
      } else if (socket.writable) {
        if (line.waiting.length === 0) {
          if (!line.isFull) socket.resume();
          else if (!line.refuse) next[1].setHeader("connection", "close");
        }
        run(next, socket, line);
      }
    });
    listener(request, response);
  };

  return {
    listener(request, response) {
      const { socket } = request;
      const line = lines.get(socket);
      if (!line) {
        const first: Line = { running: [request, response], waiting: [], isFull: false, refuse: null };
        lines.set(socket, first);
        return run(first.running, socket, first);
      }
      if (line.waiting.length >= MAX_WAITING) line.isFull = true;
      if (line.isFull) return;
      line.waiting.push([request, response]);
      socket.pause();
    },
    refuseInTurn(socket, refuse) {
      const line = lines.get(socket);
      if (!line) return refuse();
      if (line.refuse) return; // more of the same bytes
      const [request, response] = line.waiting.at(-1) ?? line.running;
      // Bytes in the middle of a body: the refusal is the response to that request.
      if (!request.complete && !line.waiting.pop()) return response.headersSent ? void socket.destroy() : refuse();
      line.isFull = true;
      line.refuse = refuse;
    },
  };
}
