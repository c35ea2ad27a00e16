/** A thread that makes another file each time, and one that is too large as `pdf`, in place of the one that makes documents. */
import { randomBytes } from "node:crypto";
import { MAX_BLOB_BYTES } from "../../events/blobs/blob-store.ts";
import type { MakerReply, ToMaker } from "../../projector/maker/maker-program.ts";
import { failureOf, serveTasks } from "../../projector/threads/thread-program.ts";

serveTasks<ToMaker, MakerReply>(
  (message) => {
    if (!("format" in message)) return { reply: { forgotten: true } };
    const { format } = message;
    const bytes = format === "pdf" ? new Uint8Array(MAX_BLOB_BYTES + 1) : Buffer.from(randomBytes(50).toString("hex"));
    const file = { format, mediaType: "application/xml", bytes } as const;
    return { reply: { made: { file, name: "a file.xml", paperVersion: null } } };
  },
  (error) => ({ failure: failureOf(error) }),
);
