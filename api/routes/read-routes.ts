/** One route for each read of `projector/queries/reads/reads.ts` that the API answers: for clients without a cache. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { StreamId } from "../../events/sequence.ts";
import type { Parts } from "../../projector/queries/read.ts";
import { READ_LIST } from "../../projector/queries/reads/reads.ts";
import type { ProblemCode } from "../http/problem-codes.ts";
import { HttpProblem } from "../http/problems.ts";
import { sendJson } from "../http/send-json.ts";
import type { Shares } from "../http/shares.ts";
import type { Pause } from "../http/slices.ts";
import { streamText } from "../http/stream-text.ts";
import { READERS } from "../sessions/access.ts";
import { sessionFrom } from "../sessions/sessions.ts";

/** The reads that have a path, each with what may stand in its address after the question mark. */
export const READ_ROUTES = READ_LIST.flatMap(([id, { summary, input, http, run, parts }]) => {
  if (http === null) return [];
  const query: z.ZodObject = http.path.includes(":id") ? input.omit({ id: true }) : input;
  return [{ id, summary, query, run, parts, ...http }];
});

const params = z.object({ id: streamText.optional() });

/** @param options.clock the time, ms since 1970 UTC: it decides what is overdue */
export function readRoutes(
  app: FastifyInstance,
  { shares, clock = Date.now }: { shares: Shares; clock?: () => number },
): void {
  for (const { id: name, summary, path, query, answer: form, missing, run, parts } of READ_ROUTES) {
    const problems = missing && { 404: [missing] };
    const docs = { id: name, summary, query, response: form, shared: true, ...(problems && { problems }) };
    app.get(path, { config: { access: READERS, docs } }, async (request, reply) => {
      const { organization } = sessionFrom(request);
      const { id } = params.parse(request.params);
      const input = { ...query.parse(request.query), ...(id !== undefined && { id }) };
      return await shares.run(request, async (pause) => {
        const nowMs = clock();
        const answer = parts
          ? await organization.readSnapshot((db) => inParts(parts({ db, nowMs }, input), pause))
          : await organization.read((db) => run({ db, nowMs }, input));
        if (answer === undefined) throw problemOf(missing, id ?? 0);
        return await sendJson(request, reply, form.as === "rows" ? { rows: answer } : plain(answer as object), pause);
      });
    });
  }
}

/** Lets others run between the parts. */
async function inParts<Answer>(parts: Parts<Answer>, pause: Pause): Promise<Answer> {
  for (;;) {
    const { done, value } = parts.next();
    if (done) return value;
    await pause();
  }
}

/** Bytes as base64. */
function plain(answer: object): object {
  const fields = Object.entries(answer).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value,
  ]);
  return Object.fromEntries(fields);
}

/** Nothing has this id. The kind is in the code: UNKNOWN_INVOICE. */
function problemOf(code: ProblemCode | undefined, id: StreamId): Error {
  if (code === undefined) return new Error("a read without an id found nothing");
  const kind = code.replace("UNKNOWN_", "").toLowerCase();
  return new HttpProblem(code, `there is no ${kind} ${id}`, { [kind]: id });
}
