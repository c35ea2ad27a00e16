/** Makes documents in a thread of their own, one at a time: organizations take turns, and in each one its users. */
import type { FastifyRequest } from "fastify";
import type { DocumentFormat } from "../../events/einvoice/formats.ts";
import type { StreamId } from "../../events/sequence.ts";
import type { AsOf } from "../../events/values/as-of.ts";
import type { MadeDocument } from "../../projector/maker/make-document.ts";
import type { InCache, MakeTask } from "../../projector/maker/maker-program.ts";
import { MAKER_HEAP_MIB, MAKER_LIMIT_MS, MAKER_PROGRAM } from "../../projector/maker/maker-thread.ts";
import type { ThreadEnd } from "../../projector/threads/task-thread.ts";
import { HttpProblem } from "../http/problems.ts";
import type { Unread } from "../http/unread.ts";
import type { Organization } from "../organizations/organization.ts";
import { OrganizationThread, type OrganizationThreadOptions } from "../threads/organization-thread.ts";

/** Maximum age of the cache, ms, before it is said that a document or an event does not exist. */
const UNKNOWN_AGE_MS = 20;

export interface DocumentToMake {
  id: StreamId;
  format: DocumentFormat;
  /** Null: now. */
  at: AsOf | null;
  /** ms since 1970 UTC. */
  nowMs: number;
}

export class DocumentMaker extends OrganizationThread<MakeTask & InCache, { made: MadeDocument }> {
  constructor(
    unread: Unread,
    { limitMs = MAKER_LIMIT_MS, program = MAKER_PROGRAM, ...options }: OrganizationThreadOptions = {},
  ) {
    super(unread, notMade, { program, limitMs, heapMib: MAKER_HEAP_MIB, ...options });
  }

  /**
   * Makes a document's file when it is the caller's turn.
   *
   * @throws Refusal UNKNOWN_INVOICE, NOT_ISSUED, FORMAT_RULES; HttpProblem 429 TOO_MANY_REQUESTS, 500 DOCUMENT_NOT_MADE,
   *   503 BUSY; ZodError for a moment that the log does not have
   */
  async make(request: FastifyRequest, organization: Organization, document: DocumentToMake): Promise<MadeDocument> {
    await freshFor(organization, document);
    const { made } = await this.run(request, organization, (file) => ({ ...document, file, user: request.caller }));
    return made;
  }
}

/** Reads new events first if the document, or the moment, is not known yet: another process may have written the event. */
export async function freshFor(
  organization: Organization,
  { id, at }: Pick<DocumentToMake, "id" | "at">,
): Promise<void> {
  const seq = at?.kind === "sequence" ? at.seq : id;
  // Many such requests share one look at the log.
  await organization.ensureFresh(seq > organization.checkpoint ? { maxAgeMs: UNKNOWN_AGE_MS } : {});
}

/** One document at a time is made, so the thread ended because of this one. */
function notMade(reason: ThreadEnd | "failed"): HttpProblem {
  if (reason === "closed") return new HttpProblem("SHUTTING_DOWN", "the server is shutting down; try again");
  const why = reason === "too long" ? "it took too long" : "the server's log has the reason";
  return new HttpProblem("DOCUMENT_NOT_MADE", `the document could not be made: ${why}`);
}
