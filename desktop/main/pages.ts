/** Serves the app's own pages for the scheme `app:`: a few files, and nothing else of the disk. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PAGE_FILES } from "../shell/page-files.ts";
import { mediaTypeOf, PAGE_HEADERS } from "../shell/page-headers.ts";
import { isOurs } from "./guards.ts";

const FILES: readonly string[] = PAGE_FILES;

/** @param folder the folder of the bundle @returns the handler for `protocol.handle` */
export function servePages(folder: string): (request: Request) => Promise<Response> {
  return async (request) => {
    const { pathname } = new URL(request.url);
    const name = pathname === "/" ? "index.html" : pathname.slice(1);
    if (request.method !== "GET" || !isOurs(request.url) || !FILES.includes(name))
      return new Response("there is no such page", { status: 404, headers: PAGE_HEADERS });
    const headers = { ...PAGE_HEADERS, "content-type": mediaTypeOf(name) };
    return new Response(new Uint8Array(await readFile(join(folder, name))), { headers });
  };
}
