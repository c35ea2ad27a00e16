/**
 * `/api/log/…`: what the server signed of a log, and proofs of it, in the forms of C2SP: tlog-checkpoint, tlog-tiles and
 * tlog-proof. With `/api/log/` as their prefix, tools for such logs read it as they read any other log.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { sha256 } from "../../events/hash.ts";
import { parseTilePath } from "../../events/proofs/tiles.ts";
import { TILE_WIDTH } from "../../events/proofs/tree.ts";
import { HttpProblem } from "../http/problems.ts";
import { isHeld } from "../http/public-page.ts";
import { one, type RouteDocs } from "../http/route-docs.ts";
import type { Shares } from "../http/shares.ts";
import type { Pause } from "../http/slices.ts";
import { streamText } from "../http/stream-text.ts";
import type { LogProofs } from "../proofs/log-proofs.ts";
import { READERS } from "../sessions/access.ts";
import { sessionFrom } from "../sessions/sessions.ts";

const TEXT = "text/plain; charset=utf-8";
const OCTETS = "application/octet-stream";
const FOR_EVER = "private, max-age=31536000, immutable";

const textResponse = (description: string) => ({ types: { "text/plain": { type: "string", description } } });
const octetResponse = (description: string) => ({
  types: { [OCTETS]: { type: "string", contentMediaType: OCTETS, description } },
});

const shared = { tag: "log", shared: true } as const;

const CHECKPOINT: RouteDocs = {
  ...shared,
  id: "getCheckpoint",
  summary: "Get the signed checkpoint of the log: how many events it has, and the root of the tree over them",
  response: textResponse("a signed note (C2SP tlog-checkpoint)"),
  problems: { 404: ["NOT_SIGNED", "NOT_IN_TREE"] },
};
const TILE: RouteDocs = {
  ...shared,
  id: "getTile",
  summary:
    "Get a tile of the tree (C2SP tlog-tiles): the level and index, such as `0/x001/234`, with `.p/` and a width if it is not full; or a bundle of entries: `entries/x001/234`",
  headers: ["IfNoneMatch"],
  response: octetResponse("hashes of 32 bytes; or entries of 32 bytes, each after its length in 2 bytes"),
  responseHeaders: { etag: "identifies the content" },
  revalidates: true,
  problems: { 404: ["NOT_SIGNED", "NOT_IN_TREE"] },
};
const PROOF: RouteDocs = {
  ...shared,
  id: "getProof",
  summary: "Prove that an event is in the log: its path to the root of a signed checkpoint",
  response: textResponse("a proof (C2SP tlog-proof)"),
  problems: { 404: ["NOT_SIGNED", "NOT_IN_TREE"] },
};
const KEY: RouteDocs = {
  ...shared,
  id: "getSigningKey",
  summary: "Get the keys that sign the log, and how they followed each other",
  response: one("SigningKey"),
  problems: { 404: ["NOT_SIGNED"] },
};
const FORKS: RouteDocs = {
  ...shared,
  id: "getForks",
  summary: "Get the notes with which the log's generations began after restored backups",
  response: textResponse("signed notes, with an empty line after each; empty if the log was never restored"),
  problems: { 404: ["NOT_SIGNED"] },
};

const proofParams = z.object({ id: streamText });

export function proofRoutes(app: FastifyInstance, { shares }: { shares: Shares }): void {
  const get = (
    path: string,
    docs: RouteDocs,
    answer: (proofs: LogProofs, request: FastifyRequest, reply: FastifyReply, pause: Pause) => Promise<unknown>,
  ) =>
    app.get(path, { config: { access: READERS, docs } }, (request, reply) =>
      shares.run(request, async (pause) => {
        const { proofs } = sessionFrom(request).organization;
        if (!proofs) throw new HttpProblem("NOT_SIGNED", "this server has no signing key, so it signs no checkpoints");
        reply.header("vary", "authorization").header("cache-control", "no-store");
        return await answer(proofs, request, reply, pause);
      }),
    );

  get("/api/log/checkpoint", CHECKPOINT, async (proofs, _, reply, pause) =>
    reply.type(TEXT).send(await proofs.signedNote(pause)),
  );
  get("/api/log/tile/*", TILE, async (proofs, request, reply) => {
    const path = (request.params as { "*": string })["*"];
    const tile = parseTilePath(`tile/${path}`);
    if (!tile) throw new HttpProblem("NOT_IN_TREE", "not the path of a tile in the form of tlog-tiles");
    const bytes = tile.kind === "tile" ? await proofs.tile(tile) : await proofs.entries(tile);
    const etag = `"${sha256(bytes).toString("base64url")}"`;
    reply.header("etag", etag);
    // A partial tile does not change either, but nobody asks for it again once there is a wider one.
    if (tile.width === TILE_WIDTH) reply.header("cache-control", FOR_EVER);
    if (isHeld(etag, request.headers["if-none-match"])) return reply.code(304).send();
    return reply.type(OCTETS).send(bytes);
  });
  get("/api/log/proof/:id", PROOF, async (proofs, request, reply) => {
    const { id: seq } = proofParams.parse(request.params);
    return reply.type(TEXT).send(await proofs.proof(seq));
  });
  get("/api/log/key", KEY, async (proofs) => await proofs.key());
  get("/api/log/forks", FORKS, async (proofs, _, reply) => reply.type(TEXT).send(await proofs.forks()));
}
