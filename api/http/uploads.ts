/**
 * Limits how slowly the body of a request may arrive. Any body may take a minute; after that, a user's body may go on as long
 * as it makes progress. So a long draft arrives over a slow line, and nobody keeps a connection open with a few bytes.
 */
import type { IncomingMessage, RequestListener } from "node:http";

/** What a body must bring in each half of the usual time, once that time is over, bytes: about 0.5 kB/s. */
export const MIN_BYTES = 16 * 1024;

interface UploadOptions {
  /** Time for any body, ms. */
  usualMs: number;
  /** The user with whose verified token a request came. Only users get more than the usual time. */
  userOf: (request: IncomingMessage) => string | null;
  /** Called for a body that is too slow; it closes the connection. */
  onSlow: (request: IncomingMessage) => void;
}

/** The longest time in which a body can arrive, ms. @param maxBytes its maximum size */
export function longestUploadMs(maxBytes: number, usualMs: number): number {
  return usualMs + Math.ceil(maxBytes / MIN_BYTES) * (usualMs / 2);
}

/** @returns a listener that passes each request on, and watches its body until it is complete */
export function limitUploads(listener: RequestListener, options: UploadOptions): RequestListener {
  return (request, response) => {
    if (hasBody(request)) watch(request, options);
    listener(request, response);
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

function watch(request: IncomingMessage, { usualMs, userOf, onSlow }: UploadOptions): void {
  const { socket } = request;
  let halves = 0;
  let bytes = socket.bytesRead;
  const timer = setInterval(() => {
    if (request.complete || socket.destroyed) return clearInterval(timer);
    const arrived = socket.bytesRead - bytes;
    bytes = socket.bytesRead;
    halves++;
    if (halves < 2 || (arrived >= MIN_BYTES && userOf(request) !== null)) return;
    clearInterval(timer);
    onSlow(request);
  }, usualMs / 2);
  timer.unref();
  request.once("close", () => clearInterval(timer));
}
