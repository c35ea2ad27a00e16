/**
 * Makes documents in a thread of the worker process, one at a time: setting pages takes milliseconds to seconds, and no
 * query waits for it. The thread starts with the first document and ends when none was made for a while.
 */

import type { DocumentFormat } from "../../../events/einvoice/formats.ts";
import { Refusal } from "../../../events/errors.ts";
import type { DocumentSource } from "../../../projector/documents/document-source.ts";
import type { MadeDocument } from "../../../projector/maker/make-document.ts";
import type { MakerReply, ToMaker } from "../../../projector/maker/maker-program.ts";
import { MAKER_HEAP_MIB, MAKER_LIMIT_MS, MAKER_PROGRAM } from "../../../projector/maker/maker-thread.ts";
import { TaskThread, ThreadError } from "../../../projector/threads/task-thread.ts";
import { CallError } from "../../contract/call-error.ts";

export class DocumentThread {
  readonly #thread = new TaskThread<ToMaker, MakerReply>({
    program: MAKER_PROGRAM,
    limitMs: MAKER_LIMIT_MS,
    heapMib: MAKER_HEAP_MIB,
  });
  /** The end of the documents before. */
  #last: Promise<unknown> = Promise.resolve();

  /**
   * @param paperVersion null: the newest
   * @throws Refusal NOT_ISSUED, FORMAT_RULES; CallError DOCUMENT_NOT_MADE
   */
  async make(
    source: DocumentSource,
    format: DocumentFormat,
    paperVersion: number | null = null,
  ): Promise<MadeDocument> {
    // One after the other: the time limit is for one document, and one that ends the thread takes no other with it.
    const made = this.#last.then(() => this.#make({ source, format, paperVersion }));
    this.#last = made.catch(() => {});
    return await made;
  }

  /** Ends the thread. Documents that are not made yet fail. */
  async close(): Promise<void> {
    await this.#thread.close();
  }

  async #make(task: ToMaker): Promise<MadeDocument> {
    const reply = await this.#thread.run(task).catch((error: unknown) => {
      throw error instanceof ThreadError ? notMade(error.reason === "too long" ? "it took too long" : null) : error;
    });
    if ("made" in reply) return reply.made;
    if (!("failure" in reply)) throw new Error("the thread made no document");
    const { failure } = reply;
    if (failure.kind === "refusal") throw new Refusal(failure.rule, failure.message, failure);
    throw notMade("message" in failure ? (failure.message.split("\n", 1)[0] ?? null) : null);
  }
}

function notMade(why: string | null): CallError {
  return new CallError("DOCUMENT_NOT_MADE", `the document could not be made${why === null ? "" : `: ${why}`}`);
}
