/** The store of a log whose files were never stored: every blob is missing. Nothing can be put. */
import { LogError } from "../errors.ts";
import type { BlobStore } from "./blob-store.ts";

export function noBlobs(name: string): BlobStore {
  return {
    name,
    async put() {
      throw new LogError("UNREACHABLE", `${name}: has no place for files`);
    },
    get: async () => null,
    async *list() {},
    remove: async () => false,
    async close() {},
  };
}
