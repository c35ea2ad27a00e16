/** The files of documents on this device: made in a thread, or as they were delivered. */
import { CallError } from "../../contract/call-error.ts";
import { DeliveredFiles, type DeliveredFilesOptions } from "./delivered-files.ts";
import { DocumentThread } from "./document-thread.ts";

export class Documents {
  readonly thread = new DocumentThread();
  #delivered: DeliveredFiles | null = null;

  /** The files that documents of the open log were delivered as. @throws CallError NO_DATA if nobody is logged in */
  get delivered(): DeliveredFiles {
    if (this.#delivered) return this.#delivered;
    throw new CallError("NO_DATA", "nobody is logged in");
  }

  open(options: DeliveredFilesOptions): void {
    this.leave();
    this.#delivered = new DeliveredFiles(options);
  }

  /** Closes the files of the log. */
  leave(): void {
    this.#delivered?.close();
    this.#delivered = null;
  }

  /** Documents that are not made yet fail. */
  async close(): Promise<void> {
    this.leave();
    await this.thread.close();
  }
}
