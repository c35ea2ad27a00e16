/**
 * The files that documents were delivered as. The first delivery in a format makes the file; every later copy is its bytes.
 * The bytes are durable before the event that names them is appended, so what is named can be found. If the process stops in
 * between, or a rule refuses the command, a file is left that no event names. It does no harm; `invoify verify` counts them.
 */
import type { FastifyRequest } from "fastify";
import { AlteredBlobError, type BlobStore, blobText, MAX_BLOB_BYTES } from "../../events/blobs/blob-store.ts";
import { type DeliveredFile, deliveryInput } from "../../events/business/delivery.ts";
import type { DocumentFile } from "../../events/einvoice/formats.ts";
import type { StreamId } from "../../events/sequence.ts";
import { deliveredDocument } from "../../projector/maker/delivered-document.ts";
import { momentAt } from "../../projector/queries/moment.ts";
import type { WriteRequest } from "../../projector/writer/decide.ts";
import { HttpProblem } from "../http/problems.ts";
import type { Organization } from "../organizations/organization.ts";
import { type DocumentMaker, type DocumentToMake, freshFor } from "./document-maker.ts";

type DocumentCopy = Pick<DocumentToMake, "id" | "format" | "at">;

export interface KeptCopy {
  bytes: Uint8Array;
  mediaType: DocumentFile["mediaType"];
  /** Its name in a folder. */
  name: string;
}

export class KeptFiles {
  readonly #documents: DocumentMaker;
  readonly #clock: () => number;

  /** @param clock ms since 1970 UTC */
  constructor(documents: DocumentMaker, clock: () => number) {
    this.#documents = documents;
    this.#clock = clock;
  }

  /**
   * Adds the file to a delivery that names its format: the one that was delivered first, or a new one, which is durable then.
   *
   * @throws as `DocumentMaker.make`; HttpProblem 409 FILE_MISSING, FILE_ALTERED; LogError UNREACHABLE. Nothing is recorded
   */
  async addFile(request: FastifyRequest, organization: Organization, write: WriteRequest): Promise<WriteRequest> {
    const { format = null } = deliveryInput.parse(write.input);
    if (format === null) return write;
    // A repeated request gets the first response, whatever file there is now. It also reads new events first.
    if (write.key !== null && (await organization.isKnown(write.key))) return write;
    const { id } = write;
    const status = await organization.read((db) =>
      db.prepare<[StreamId], string>("SELECT status FROM invoice WHERE id = ?").pluck().get(id),
    );
    if (status !== "issued") return write; // the decider refuses it
    const kept = await organization.read((db) => deliveredDocument(db, { id, format }));
    if (kept !== null) {
      await readKept(await organization.blobs(), kept.file);
      return { ...write, file: kept.file };
    }
    const made = await this.#documents.make(request, organization, { id, format, at: null, nowMs: this.#clock() });
    const { bytes } = made.file;
    if (bytes.length > MAX_BLOB_BYTES)
      throw new HttpProblem(
        "DOCUMENT_NOT_MADE",
        `the file has ${bytes.length} bytes, at most ${MAX_BLOB_BYTES} can be kept`,
      );
    const sha256 = await (await organization.blobs()).put(bytes);
    return { ...write, file: { sha256, size: bytes.length, format, paperVersion: made.paperVersion } };
  }

  /**
   * The file of a document as it was delivered first in a format, by then.
   *
   * @returns null if none was @throws HttpProblem 409 FILE_MISSING, FILE_ALTERED; LogError; ZodError for a moment that the
   *   log does not have
   */
  async copyOf(organization: Organization, { id, format, at }: DocumentCopy): Promise<KeptCopy | null> {
    await freshFor(organization, { id, at });
    const kept = await organization.read((db) => {
      const upTo = at && momentAt(db, at).seq;
      return deliveredDocument(db, { id, format, upTo });
    });
    if (kept === null) return null;
    const { file, mediaType, name } = kept;
    return { bytes: await readKept(await organization.blobs(), file), mediaType, name };
  }
}

async function readKept(blobs: BlobStore, { sha256 }: DeliveredFile): Promise<Uint8Array> {
  const bytes = await readBlob(blobs, sha256);
  if (bytes !== null) return bytes;
  const file = blobText(sha256);
  throw new HttpProblem("FILE_MISSING", `the server has lost the file ${file}; its operator has to restore it`, {
    file,
  });
}

/** The bytes with a name; null if they are missing. @throws HttpProblem 409 FILE_ALTERED; LogError UNREACHABLE */
export async function readBlob(blobs: BlobStore, name: Uint8Array): Promise<Uint8Array | null> {
  try {
    return await blobs.get(name);
  } catch (error) {
    if (!(error instanceof AlteredBlobError)) throw error;
    const file = blobText(name);
    throw new HttpProblem(
      "FILE_ALTERED",
      `the file ${file} was altered on the server; its operator has to restore it`,
      {
        file,
      },
    );
  }
}
