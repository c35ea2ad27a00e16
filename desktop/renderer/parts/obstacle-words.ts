/** What stands between this device and the server, and what the user can do about it. */
import type { Failure } from "../../contract/call-error.ts";

const WORDS: Readonly<Record<NonNullable<Failure["obstacle"]>, string>> = {
  name: "The server was not found. Check your internet connection and the server address.",
  network: "There is no connection to the server. Check your internet connection.",
  refused:
    "The server's computer was reached, but Invoify is not running there. Check the server address, or ask the person who runs Invoify.",
  certificate:
    "The connection to the server is not safe: its certificate is not valid. Check this computer's date. Otherwise do not log in, and tell the person who runs Invoify.",
  protocol: "The server does not use HTTPS at this address. Check the server address and its port.",
  proxy:
    "This network's proxy refused the connection. Check this computer's proxy settings, or ask your administrator.",
  timeout:
    "The server did not answer in time. It may be overloaded, or a firewall may block it. Try again in a minute.",
  cut: "The connection was interrupted. Try again.",
  page: "A Wi-Fi login page or a web filter answered instead of your server. Open a web browser and log in to the network. On your usual network, check the server address.",
  gateway: "The server is not available. It may be restarting. Try again in a minute.",
  busy: "The server is busy or restarting. Try again in a minute.",
  failed: "The server could not do this. If it happens again, tell the person who runs Invoify.",
  unknown: "The server does not answer. Try again.",
};

/** The words for a failure that has an obstacle; null for all others. */
export function obstacleWords({ obstacle }: Failure): string | null {
  return obstacle === undefined ? null : WORDS[obstacle];
}
