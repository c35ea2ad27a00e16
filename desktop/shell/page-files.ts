/** The files of the page, by the last part of their address. */

/** `pdf.js` and its worker show PDF files: the page loads them with the first one (`renderer/pdf/pdf-library.ts`). */
export const PAGE_FILES = ["index.html", "app.js", "app.css", "pdf.js", "pdf.worker.js"] as const;

export type PageFiles = Readonly<Record<(typeof PAGE_FILES)[number], Uint8Array>>;
