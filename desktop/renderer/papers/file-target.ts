/** Where many files go: one .zip in a browser, and in Electron a folder that the user chooses. */
import { makeZip } from "client-zip";
import { bridge } from "../state/bridge.ts";
import { CallFailed } from "../state/call-failed.ts";
import { download } from "../state/download.ts";
import type { PaperFile } from "./document-file.ts";

export interface FileTarget {
  /** True if the files that were written stay there, although the export is cancelled. */
  keepsParts: boolean;
  write: (name: string, file: PaperFile) => Promise<void>;
  /** Ends it well. @returns where the files are, for the user */
  finish: () => Promise<string>;
  /** Gives up. What is in a folder already stays there. */
  discard: () => Promise<void>;
}

/** @param name of the .zip, without its ending @returns null if the user chose no place */
export async function openTarget(name: string): Promise<FileTarget | null> {
  return bridge.files ? await folderTarget(bridge.files) : zipTarget(name);
}

async function folderTarget(files: NonNullable<typeof bridge.files>): Promise<FileTarget | null> {
  const folder = await files.chooseFolder();
  if (folder === null) return null;
  return {
    keepsParts: true,
    async write(name, { bytes }) {
      const reply = await files.write(name, bytes);
      if (!reply.ok) throw new CallFailed(reply.failure);
    },
    finish: async () => folder,
    discard: async () => {},
  };
}

function zipTarget(name: string): FileTarget {
  const { readable, writable } = new TransformStream<{ name: string; input: Uint8Array<ArrayBuffer> }>();
  const files = writable.getWriter();
  // A blob, because browsers keep large ones on the disk.
  const zip = new Response(makeZip(iterate(readable))).blob();
  zip.catch(() => {}); // of one that is discarded
  return {
    keepsParts: false,
    write: async (name, { bytes }) => await files.write({ name, input: bytes }),
    async finish() {
      await files.close();
      download(`${name}.zip`, await zip, "application/zip");
      return `${name}.zip`;
    },
    discard: async () => await files.abort(),
  };
}

/** Not every browser iterates over streams. */
async function* iterate<Chunk>(stream: ReadableStream<Chunk>): AsyncGenerator<Chunk> {
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}
