// The part of the suite that runs in another process: puts blobs until it is killed, and prints the name of each one.
import { randomBytes } from "node:crypto";
import { openBlobs } from "../sources/open-blobs.ts";
import { blobText } from "./blob-store.ts";

const store = await openBlobs(process.argv[2] ?? "", { create: true });
if (!store) throw new Error("no store");
for (let n = 0; ; n++) {
  const name = await store.put(randomBytes(1 + ((n * 99_991) % 300_000)));
  process.stdout.write(`${blobText(name)}\n`);
}
