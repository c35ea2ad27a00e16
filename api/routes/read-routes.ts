/** One route for each read of `projector/queries/reads/reads.ts` that the API answers: for clients without a cache. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { StreamId } from "../../events/sequence.ts";
import type { AsOf } from "../../events/values/as-of.ts";
import type { Parts } from "../../projector/queries/read.ts";
import { READ_LIST } from "../../projector/queries/reads/reads.ts";
import type { ProblemCode } from "../http/problem-codes.ts";
import { HttpProblem } from "../http/problems.ts";
import type { RouteDocs } from "../http/route-docs.ts";
import { sendJson } from "../http/send-json.ts";
import type { Shares } from "../http/shares.ts";
import type { Pause } from "../http/slices.ts";
import { streamText } from "../http/stream-text.ts";
import { answerOf } from "../moments/answer.ts";
import type { MomentReads } from "../moments/moment-reads.ts";
import { READERS } from "../sessions/access.ts";
import { sessionFrom } from "../sessions/sessions.ts";
import { MOMENT_DOCS, sendMoment } from "./moment-answers.ts";

/** The reads that have a path, each with what may stand in its address after the question mark. */
export const READ_ROUTES = READ_LIST.flatMap(([id, { summary, input, http, run, parts }]) => {
  if (http === null) return [];
  const query: z.ZodObject = http.path.includes(":id") ? input.omit({ id: true }) : input;
  return [{ id, summary, query, run, parts, ...http }];
});

type ReadRoute = (typeof READ_ROUTES)[number];

const params = z.object({ id: streamText.optional() });

interface ReadRouteOptions {
  shares: Shares;
  moments: MomentReads;
  /** The time, ms since 1970 UTC: it decides what is overdue. */
  clock?: () => number;
}

export function readRoutes(app: FastifyInstance, options: ReadRouteOptions): void {
  for (const route of READ_ROUTES) {
    app.get(route.path, { config: { access: READERS, docs: docsOf(route) } }, async (request, reply) => {
      const { id } = params.parse(request.params);
      const input = { ...route.query.parse(request.query), ...(id !== undefined && { id }) } as ReadInput;
      if (input.at !== undefined) return await sendAtMoment(request, reply, { route, input, options });
      return await sendNow(request, reply, { route, input, options });
    });
  }
}

function docsOf({ id, summary, query, answer: response, missing }: ReadRoute): RouteDocs {
  const problems = { ...MOMENT_DOCS.problems, ...(missing && { 404: [missing] }) };
  return { ...MOMENT_DOCS, id, summary, query, response, shared: true, problems };
}

type ReadInput = {
  id?: StreamId;
  /** A moment of the past. */
  at?: AsOf | undefined;
};

interface Call {
  route: ReadRoute;
  input: ReadInput;
  options: ReadRouteOptions;
}

async function sendNow(request: FastifyRequest, reply: FastifyReply, { route, input, options }: Call) {
  const { run, parts, answer: form, missing } = route;
  const { shares, clock = Date.now } = options;
  const { organization } = sessionFrom(request);
  return await shares.run(request, async (pause) => {
    const nowMs = clock();
    const answer = parts
      ? await organization.readSnapshot((db) => inParts(parts({ db, nowMs }, input), pause))
      : await organization.read((db) => run({ db, nowMs }, input));
    if (answer === undefined) throw problemOf(missing, input.id);
    return await sendJson(request, reply, answerOf(form.as, answer), pause);
  });
}

/** Reads in the thread for moments; this thread only passes the answer on. */
async function sendAtMoment(request: FastifyRequest, reply: FastifyReply, { route, input, options }: Call) {
  const { moments, clock = Date.now } = options;
  request.waited = true; // it has a metric of its own
  const { organization, check } = sessionFrom(request);
  const answer = await moments.read(request, { organization, read: route.id, input: input as never, nowMs: clock() });
  // What somebody may read is decided by the present, whatever the moment; the session may have ended during the wait.
  await check();
  return await sendMoment(request, reply, answer, () => problemOf(route.missing, input.id));
}

/** Lets others run between the parts. */
async function inParts<Answer>(parts: Parts<Answer>, pause: Pause): Promise<Answer> {
  for (;;) {
    const { done, value } = parts.next();
    if (done) return value;
    await pause();
  }
}

/** Nothing has this id. The kind is in the code: UNKNOWN_INVOICE. */
function problemOf(code: ProblemCode | undefined, id: StreamId = 0): Error {
  if (code === undefined) return new Error("a read without an id found nothing");
  const kind = code.replace("UNKNOWN_", "").toLowerCase();
  return new HttpProblem(code, `there is no ${kind} ${id}`, { [kind]: id });
}
