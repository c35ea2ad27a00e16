/** A file made here, given to the user as a browser gives downloads. */

/** @param type media type */
export function download(name: string, content: BlobPart | BlobPart[], type: string): void {
  const address = URL.createObjectURL(new Blob([content].flat(), { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // Whoever saves it has read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
