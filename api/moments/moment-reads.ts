/** Reads at moments of the past, in a thread of their own. */
import type { FastifyRequest } from "fastify";
import type { AsOf } from "../../events/values/as-of.ts";
import type { ReadName } from "../../projector/queries/reads/reads.ts";
import type { ThreadEnd } from "../../projector/threads/task-thread.ts";
import { HttpProblem } from "../http/problems.ts";
import type { Unread } from "../http/unread.ts";
import type { Organization } from "../organizations/organization.ts";
import { OrganizationThread, type OrganizationThreadOptions } from "../threads/organization-thread.ts";
import type { MomentAnswer, MomentRead } from "./moment-thread-program.ts";

const PROGRAM = new URL("moment-thread-program.ts", import.meta.url);

/** Maximum time of a read, ms. */
const LIMIT_MS = 5_000;
/** Limit of the thread's heap, MiB. The longest answers have a few. */
const HEAP_MIB = 256;
/** Maximum age of the cache, ms, before it is said that an event does not exist. */
const UNKNOWN_AGE_MS = 20;

export type MomentReadsOptions = OrganizationThreadOptions;

export interface ReadAtMoment {
  organization: Organization;
  read: ReadName;
  input: object & { at: AsOf };
  /** ms since 1970 UTC. */
  nowMs: number;
}

export class MomentReads extends OrganizationThread<MomentRead, { answer: MomentAnswer }> {
  constructor(unread: Unread, { limitMs = LIMIT_MS, program = PROGRAM, ...options }: MomentReadsOptions = {}) {
    super(unread, (reason) => problemOf(reason, limitMs), { program, limitMs, heapMib: HEAP_MIB, ...options });
  }

  /**
   * Reads when it is the caller's turn.
   *
   * @throws HttpProblem 429 TOO_MANY_REQUESTS, 503 BUSY, READ_TOO_LONG; ZodError for a moment that the log does not have
   */
  async read(request: FastifyRequest, { organization, read, input, nowMs }: ReadAtMoment): Promise<MomentAnswer> {
    // Another process may have written the event. Many such reads share one look at the log.
    if (input.at.kind === "sequence" && input.at.seq > organization.checkpoint)
      await organization.ensureFresh({ maxAgeMs: UNKNOWN_AGE_MS });
    const taskOn = (file: MomentRead["file"]) => ({ file, user: request.caller, read, input, nowMs });
    const { answer } = await this.run(request, organization, taskOn);
    return answer;
  }
}

function problemOf(reason: ThreadEnd | "failed", limitMs: number): HttpProblem | null {
  if (reason === "failed") return null;
  if (reason === "closed") return new HttpProblem("SHUTTING_DOWN", "the server is shutting down; try again");
  if (reason === "interrupted") return new HttpProblem("BUSY", "the read was interrupted; try again");
  const seconds = limitMs / 1000;
  return new HttpProblem("READ_TOO_LONG", `the read took more than ${seconds} s at this moment; ask for less`);
}
