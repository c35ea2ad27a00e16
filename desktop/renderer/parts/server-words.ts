/** Why an address cannot be used as the server's, and what the user can do about it. */
import type { Failure } from "../../contract/call-error.ts";
import { obstacleWords } from "./obstacle-words.ts";

/** Where the test of an address says more than any request: the address itself may be wrong. */
const OBSTACLES: Partial<Readonly<Record<NonNullable<Failure["obstacle"]>, string>>> = {
  name: "No computer has this name. Check the spelling and your internet connection.",
  refused:
    "The computer was found, but no server answers there. Check the address and the port, or ask the person who runs Invoify whether the server is running.",
  protocol:
    "A server answers, but not over https. Check the port. If the server runs on this computer, type http:// before its address.",
  page: "Something answers at this address, but it is not Invoify. Check the address. If this network has a login page, open it in a web browser first.",
  timeout:
    "Nothing answered in time. Check the address and the port. A firewall may block it, or the server may be overloaded: try again in a minute.",
};

const CODES: Readonly<Record<string, string>> = {
  NEWER_SERVER: "This server runs a newer version of Invoify than this app. Update the app, then try again.",
  TLS_REQUIRED: "This server accepts only https. Type https:// before its address.",
  TOO_MANY_REQUESTS: "The server is busy. Try again in a minute.",
};

/** The failure of `setServer` in a user's words. */
export function serverWords({ code, obstacle, message }: Failure): string {
  const own =
    obstacle === undefined ? CODES[code] : (OBSTACLES[obstacle] ?? obstacleWords({ code, message, obstacle }));
  if (message.startsWith("server: is not an address"))
    return "This is not an address. It looks like https://invoices.example, and may end with a port from 1 to 65535.";
  return own ?? message.replace(/^server: /, "The address ");
}
