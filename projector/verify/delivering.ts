/** Delivering: what is recorded of the files that were delivered. */
import { fileIn, hasPages } from "../../events/business/delivery.ts";
import type { Invariant } from "./invariant.ts";

/** The length of a SHA-256, bytes. */
const HASH_BYTES = 32;

export const DELIVERING: readonly Invariant[] = [
  {
    name: "delivered-once",
    sentence: "A delivery of a document in one way, with one format of its file or without a file, is recorded once.",
    checks: {
      *DocumentDelivered({ stream, data: { how, file } }, books) {
        const format = file?.format ?? null;
        if (books.deliveries(stream).some((one) => one.how === how && (one.file?.format ?? null) === format))
          yield `${how} is recorded already, ${format === null ? "without a file" : `with its file in ${format}`}`;
      },
    },
  },
  {
    name: "delivered-file",
    sentence:
      "The file of a delivery is named by a SHA-256, and has a version of the paper if its format has pages. All deliveries of a document in one format are of one file.",
    checks: {
      *DocumentDelivered({ stream, data: { file } }, books) {
        if (file === null) return;
        const { sha256, size, format, paperVersion } = file;
        if (sha256.length !== HASH_BYTES) yield `its file is named by ${sha256.length} bytes, not by ${HASH_BYTES}`;
        if ((paperVersion !== null) !== hasPages(format))
          yield `its file in ${format} has ${paperVersion === null ? "no" : "a"} version of the paper`;
        const first = fileIn(books.deliveries(stream), format);
        if (first === null) return;
        const same = Buffer.compare(first.sha256, sha256) === 0;
        if (!same || first.size !== size || first.paperVersion !== paperVersion)
          yield `its file in ${format} is not the one that was delivered first`;
      },
    },
  },
];
