/** Prints a PDF as it is, with its own pages and letters, by the PDF viewer of the browser or of Electron. */

/** What was printed last stays until the next: the print dialog reads it for as long as it is open. */
let last: { frame: HTMLIFrameElement; address: string } | null = null;

/** False if this browser has no PDF viewer, or the user has switched it off. */
export function canPrintPdf(): boolean {
  return navigator.pdfViewerEnabled;
}

/** Opens the print dialog. No page learns what the user does there. @throws Error if the viewer refuses */
export async function printPdf(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  if (last) {
    last.frame.remove();
    URL.revokeObjectURL(last.address);
  }
  const frame = document.createElement("iframe");
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/pdf" }));
  last = { frame, address };
  frame.className = "print-frame"; // not `hidden`: browsers print only what has a place on the page
  frame.title = "The document to print";
  frame.tabIndex = -1;
  frame.ariaHidden = "true";
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  frame.onload = () => resolve();
  frame.onerror = () => reject(new Error("the PDF viewer did not open the document"));
  frame.src = address;
  document.body.append(frame);
  await promise;
  frame.contentWindow?.print(); // without its focus: keys stay with the page
}
