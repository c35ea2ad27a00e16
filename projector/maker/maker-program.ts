/**
 * The program of the thread that makes documents, one at a time. It reads the caches itself, on connections of its own, so
 * that neither reading nor rendering holds up the thread that asked; or gets them ready to be made.
 */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { DocumentFile, DocumentFormat } from "../../events/einvoice/formats.ts";
import type { StreamId } from "../../events/sequence.ts";
import type { AsOf } from "../../events/values/as-of.ts";
import { documentIn } from "../documents/document-in.ts";
import type { DocumentSource, StatementSource } from "../documents/document-source.ts";
import { type CacheFile, Places } from "../moments/places.ts";
import { PAPER_VERSION, setFontFolder } from "../paper/paper.ts";
import { sourceOf as sourceAt } from "../queries/read.ts";
import { failureOf, Replaced, serveTasks, type ThreadFailure } from "../threads/thread-program.ts";
import { type MadeDocument, makeDocument } from "./make-document.ts";
import { type MadeStatement, makeStatement } from "./make-statement.ts";

/** Where the thread finds a document. */
export interface InCache {
  file: CacheFile;
  /** Who asks: each user has one place among the moments of the past. */
  user: string;
  id: StreamId;
  /** Null: now. */
  at: AsOf | null;
  /** The current time, ms since 1970 UTC. */
  nowMs: number;
}

/** `source`: the document itself, for those whose files nobody else may have open. */
export type MakeTask = {
  format: DocumentFormat;
  /** Default, and null: the newest. */
  paperVersion?: number | null;
} & (InCache | { source: DocumentSource });

export type ToMaker = MakeTask | { statement: StatementSource } | { forget: CacheFile };

export type MakerReply =
  | { made: MadeDocument }
  | { statement: MadeStatement }
  | { failure: ThreadFailure }
  | { forgotten: true };

/** Where the fonts are, in a bundle: a path, or a name beside the program. */
declare const FONT_FOLDER: string | undefined;
if (typeof FONT_FOLDER !== "undefined") setFontFolder(resolve(dirname(fileURLToPath(import.meta.url)), FONT_FOLDER));

const places = new Places();
serveTasks<ToMaker, MakerReply>(
  (message) => {
    if ("forget" in message) {
      places.leave(message.forget);
      return { reply: { forgotten: true } };
    }
    if ("statement" in message) {
      const { made: statement, moved } = movable(makeStatement(message.statement));
      return { reply: { statement }, moved };
    }
    const { made, moved } = movable(make(message));
    return { reply: { made }, moved };
  },
  (error, message) => {
    const failure = failureOf(error);
    // Other errors may be of the connection: the next task opens the file again.
    const isOfDocument = failure.kind === "input" || failure.kind === "refusal";
    if ("file" in message && !isOfDocument) places.forget(message.file.path);
    return { failure };
  },
);

/** The same with bytes of its own: the memory of native code, and of small buffers, cannot move to another thread. */
function movable<Made extends { file: DocumentFile }>(made: Made): { made: Made; moved: ArrayBuffer[] } {
  const bytes = new Uint8Array(made.file.bytes);
  return { made: { ...made, file: { ...made.file, bytes } }, moved: [bytes.buffer] };
}

function make(task: MakeTask): MadeDocument {
  const source = "source" in task ? task.source : read(task);
  return makeDocument(source, task.format, task.paperVersion ?? PAPER_VERSION);
}

function read({ file, user, id, at, nowMs }: InCache): DocumentSource {
  const place = places.of(file, user);
  if (!place) throw new Replaced();
  const present = { db: place.now, nowMs, sourceAt: place.moments.sourceAt.bind(place.moments) };
  const then = sourceAt(present, at ?? undefined);
  const { db } = then;
  return db.transaction(() => documentIn({ db, nowMs: then.nowMs }, id))();
}
