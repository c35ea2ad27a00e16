/** One route for each read of `projector/queries/reads.ts` that the API answers: for clients without a cache. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { StreamId } from "../../events/sequence.ts";
import type { HttpRead, Read } from "../../projector/queries/read.ts";
import { READ_LIST } from "../../projector/queries/reads.ts";
import type { ProblemCode } from "../http/problem-codes.ts";
import { HttpProblem } from "../http/problems.ts";
import { sendJson } from "../http/send-json.ts";
import { streamText } from "../http/stream-text.ts";
import { READERS } from "../sessions/access.ts";
import { sessionFrom } from "../sessions/sessions.ts";

export interface ReadRoute extends HttpRead {
  /** What a generated client calls its function. */
  id: string;
  /** One line for people. */
  summary: string;
  /** What may stand in the address after the question mark. */
  query: z.ZodObject;
  run: Read["run"];
}

export const READ_ROUTES: readonly ReadRoute[] = READ_LIST.flatMap(([id, { summary, input, http, run }]) => {
  if (http === null) return [];
  const query = http.path.includes(":id") ? input.omit({ id: true }) : input;
  return [{ id, summary, query, run, ...http }];
});

const params = z.object({ id: streamText.optional() });

/** @param options.clock the time, ms since 1970 UTC: it decides what is overdue */
export function readRoutes(app: FastifyInstance, { clock = Date.now }: { clock?: () => number } = {}): void {
  for (const { path, query, answer: form, run } of READ_ROUTES)
    app.get(path, { config: { access: READERS } }, async (request, reply) => {
      const { organization } = sessionFrom(request);
      const { id } = params.parse(request.params);
      const input = { ...query.parse(request.query), ...(id !== undefined && { id }) };
      const answer = await organization.read((db) => run({ db, nowMs: clock() }, input));
      if (answer === undefined) throw missing(path, id ?? 0);
      return await sendJson(request, reply, form.as === "rows" ? { rows: answer } : plain(answer as object));
    });
}

/** Bytes as base64. */
function plain(answer: object): object {
  const fields = Object.entries(answer).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value,
  ]);
  return Object.fromEntries(fields);
}

/** The same name as commands give it. */
function missing(path: string, id: StreamId): HttpProblem {
  const kind = path.split("/")[2]?.replace(/s$/, "") ?? "";
  return new HttpProblem(`UNKNOWN_${kind.toUpperCase()}` as ProblemCode, `there is no ${kind} ${id}`, { [kind]: id });
}
