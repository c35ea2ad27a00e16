/** Says why a request got no usable answer: each obstacle has its own words, and a next step. */
import { ConnectionError, type Obstacle } from "../../errors.ts";

/** A message continues the server's address, and `no answer` if nobody answered. */
const WORDS: Readonly<Record<Exclude<Obstacle, "busy" | "failed">, string>> = {
  name: "the host name was not found: check the address and the internet connection",
  network: "there is no network, or no route to this address: check the internet connection",
  refused: "nothing listens at this address: the server may be stopped, or the port may be wrong",
  certificate: "the server's certificate is not valid or not trusted: do not log in, and ask the server's operator",
  protocol: "the other side does not speak HTTPS: check the address and the port",
  proxy: "this network's proxy server refuses the connection: check the proxy settings",
  timeout: "the time is up: the server may be overloaded, or a firewall may block it; try again",
  cut: "the connection was closed before the whole answer arrived: try again",
  page: "something other than an Invoify API answered: check the address; on a public Wi-Fi, log in to the network in a web browser",
  gateway: "a proxy in front of the server cannot reach it: the server may be restarting; try again in a minute",
  unknown: "try again",
};

/** Codes of Node's and undici's errors, and of Chromium's (`net::ERR_…`, which Electron's `fetch` throws). */
const OBSTACLES: readonly (readonly [Obstacle, RegExp])[] = [
  ["name", /ENOTFOUND|EAI_|ERR_NAME_NOT_RESOLVED|ERR_NAME_RESOLUTION_FAILED|ERR_DNS_|ERR_ICANN_NAME_COLLISION/],
  ["proxy", /ERR_PROXY_|ERR_TUNNEL_CONNECTION_FAILED|ERR_MANDATORY_PROXY/],
  ["refused", /ECONNREFUSED|ERR_CONNECTION_REFUSED|bad port|ERR_UNSAFE_PORT/],
  ["network", /ENETUNREACH|EHOSTUNREACH|ENETDOWN|EHOSTDOWN|ERR_INTERNET_DISCONNECTED|ERR_ADDRESS_UNREACHABLE/],
  ["network", /ERR_NETWORK_(?:ACCESS_DENIED|IO_SUSPENDED|CHANGED)/],
  ["certificate", /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|HOSTNAME_MISMATCH|ERR_SSL_PINNED_KEY/],
  ["protocol", /EPROTO|ERR_SSL_|ERR_TLS_|HPE_|ERR_INVALID_HTTP_RESPONSE|ERR_HTTP2_|UND_ERR_HTTP_PARSER/],
  ["timeout", /ETIMEDOUT|TIMED_OUT|TimeoutError|Silence|UND_ERR_(?:CONNECT|HEADERS|BODY)_TIMEOUT/],
  ["page", /redirect/i], // requests follow no redirect: they are for this server only
  ["cut", /ECONNRESET|EPIPE|UND_ERR_SOCKET|ERR_CONNECTION_(?:RESET|CLOSED|ABORTED)|ERR_EMPTY_RESPONSE|terminated/],
  ["cut", /CONTENT_LENGTH_MISMATCH|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONTENT_DECODING_FAILED|Z_\w+_ERROR|ZSTD_/],
];

/** Obstacles before the first byte of a request, if the errors below do not say otherwise. */
const BEFORE_THE_REQUEST: ReadonlySet<Obstacle> = new Set(["name", "refused", "certificate", "proxy"]);
const CONNECTING = /UND_ERR_CONNECT_TIMEOUT|ERR_CONNECTION_TIMED_OUT|ERR_INTERNET_DISCONNECTED|ERR_ADDRESS_UNREACHABLE/;

/** The failure of a request that got no response, or not the whole one. @param where the server's address */
export function connectionError(where: string, error: unknown): ConnectionError {
  const causes = [...causesOf(error)];
  const text = causes.map(({ name, code, message }) => `${name} ${code ?? ""} ${message}`).join("\n");
  const [obstacle = "unknown"] = OBSTACLES.find(([, pattern]) => pattern.test(text)) ?? [];
  // A socket that was connected can report "no route" or "timed out" too, after it has sent the request.
  const wasConnecting = causes.some(({ syscall }) => syscall === "connect" || syscall === "getaddrinfo");
  const mayBeDone = !(BEFORE_THE_REQUEST.has(obstacle) || wasConnecting || CONNECTING.test(text));
  const last = causes.at(-1);
  const reason = (typeof last?.code === "string" && last.code) || last?.message || last?.name;
  const message = `${where}: ${obstacle === "page" ? "" : "no answer: "}${wordsOf(obstacle)} (${reason})`;
  return new ConnectionError(obstacle, message, { mayBeDone, cause: error });
}

/** The failure of a request that something other than the API answered. */
export function foreignResponse(where: string, { status, headers }: Response): ConnectionError {
  const obstacle = status >= 500 ? "gateway" : "page";
  const type = headers.get("content-type")?.slice(0, 60) ?? "no content type";
  return new ConnectionError(obstacle, `${where}: ${wordsOf(obstacle)} (status ${status}, ${type})`);
}

function wordsOf(obstacle: Obstacle): string {
  return WORDS[obstacle as keyof typeof WORDS] ?? WORDS.unknown;
}

interface SystemError {
  name: string;
  message: string;
  code?: string | number;
  syscall?: string;
}

/** An error and its causes. A host with several addresses has one cause for each. */
function* causesOf(error: unknown): Generator<SystemError> {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    yield cause;
    if (cause instanceof AggregateError) for (const one of cause.errors) yield* causesOf(one);
  }
}
