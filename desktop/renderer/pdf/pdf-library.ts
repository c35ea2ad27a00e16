/**
 * Opens PDF files with pdf.js, in both shells and every browser. The library is larger than the rest of the page, so it is
 * a file of its own, which is loaded with the first PDF that is shown.
 */
import type * as PdfLibrary from "pdfjs-dist";

type Library = typeof PdfLibrary;
export type PdfPage = PdfLibrary.PDFPageProxy;

/** The files beside the page: see `bundleRenderer`. */
const LIBRARY = "/pdf.js";
const WORKER = "/pdf.worker.js";

interface TrustedTypes {
  createPolicy(name: string, rules: object): { createScriptURL(text: string): URL };
}

let library: Promise<Library> | undefined;

/** An open PDF. It holds a thread until it is closed. */
export interface OpenPdf {
  pages: readonly PdfPage[];
  TextLayer: Library["TextLayer"];
  close(): void;
}

/** @throws Error if the file is no PDF, or the library cannot be loaded */
export async function openPdf(bytes: Uint8Array): Promise<OpenPdf> {
  library ??= (import(LIBRARY) as Promise<Library>).catch((error) => {
    library = undefined; // the next PDF loads it again
    throw error;
  });
  const { getDocument, PDFWorker, TextLayer } = await library;
  const thread = new Worker(workerAddress(), { type: "module" });
  const worker = new PDFWorker({ port: thread as never });
  const close = () => {
    worker.destroy();
    thread.terminate();
  };
  try {
    const document = await getDocument({
      data: bytes.slice(), // the thread takes it
      worker,
      // All fonts and colours are in the file, and the page's policy allows no WebAssembly.
      useWasm: false,
      useSystemFonts: false,
      verbosity: 0,
    }).promise;
    const numbers = Array.from({ length: document.numPages }, (_, n) => n + 1);
    return { pages: await Promise.all(numbers.map((n) => document.getPage(n))), TextLayer, close };
  } catch (error) {
    close();
    throw error;
  }
}

let policy: ReturnType<TrustedTypes["createPolicy"]> | undefined;

/** The address of the thread's program, as the page's policy of trusted types wants it. */
function workerAddress(): URL | string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  policy ??= trustedTypes?.createPolicy("pdf-worker", { createScriptURL: () => WORKER });
  return policy?.createScriptURL(WORKER) ?? WORKER;
}
