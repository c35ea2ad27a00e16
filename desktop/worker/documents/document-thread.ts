/**
 * Makes documents in a thread of the worker process, one at a time: setting pages takes milliseconds to seconds, and no
 * query waits for it. The thread starts with the first document and ends when none was made for a while.
 */

import type { DocumentFormat } from "../../../events/einvoice/formats.ts";
import { Refusal } from "../../../events/errors.ts";
import type { DocumentSource, StatementSource } from "../../../projector/documents/document-source.ts";
import type { MadeDocument } from "../../../projector/maker/make-document.ts";
import type { MadeStatement } from "../../../projector/maker/make-statement.ts";
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
    const reply = await this.#afterAll({ source, format, paperVersion });
    if ("made" in reply) return reply.made;
    throw new Error("the thread made no document");
  }

  /** @throws CallError DOCUMENT_NOT_MADE */
  async makeStatement(statement: StatementSource): Promise<MadeStatement> {
    const reply = await this.#afterAll({ statement });
    if ("statement" in reply) return reply.statement;
    throw new Error("the thread made no statement");
  }

  /** Ends the thread. Documents that are not made yet fail. */
  async close(): Promise<void> {
    await this.#thread.close();
  }

  /** One after the other: the time limit is for one document, and one that ends the thread takes no other with it. */
  async #afterAll(task: ToMaker): Promise<MakerReply> {
    const made = this.#last.then(() => this.#make(task));
    this.#last = made.catch(() => {});
    return await made;
  }

  async #make(task: ToMaker): Promise<MakerReply> {
    const reply = await this.#thread.run(task).catch((error: unknown) => {
      throw error instanceof ThreadError ? notMade(error.reason === "too long" ? "it took too long" : null) : error;
    });
    if (!("failure" in reply)) return reply;
    const { failure } = reply;
    if (failure.kind === "refusal") throw new Refusal(failure.rule, failure.message, failure);
    throw notMade("message" in failure ? firstLine(failure.message) : null);
  }
}

/** Of an error's text, without the name of its class. */
function firstLine(message: string): string {
  return (message.split("\n", 1)[0] ?? "").replace(/^\w*Error: /, "");
}

function notMade(why: string | null): CallError {
  return new CallError("DOCUMENT_NOT_MADE", `the document could not be made${why === null ? "" : `: ${why}`}`);
}
