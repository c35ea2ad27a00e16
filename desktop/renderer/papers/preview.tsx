/** A PDF on the screen, in a dialog that fills the window. */
import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Failure } from "../../contract/call-error.ts";
import { Dialog } from "../parts/action.tsx";
import { Problem } from "../parts/problem.tsx";
import { PdfPages } from "../pdf/pdf-pages.tsx";
import { failureIn } from "../state/call-failed.ts";
import type { PaperFile } from "./document-file.ts";

const ZOOMS = [1, 1.25, 1.5, 2, 3] as const;

interface PreviewProps {
  title: string;
  read: () => Promise<PaperFile>;
  onClose: () => void;
  /** Buttons at its head. */
  actions: ComponentChild;
  /** What became of them. */
  children: ComponentChild;
}

export function Preview({ title, read, onClose, actions, children }: PreviewProps): ComponentChild {
  const [file, setFile] = useState<PaperFile | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [zoom, setZoom] = useState(0);
  const open = () => {
    setFailure(null);
    read().then(setFile, (error) => setFailure(failureIn(error)));
  };
  useEffect(open, []);
  return (
    <Dialog title={title} onClose={onClose} size="full">
      <div class="preview-actions">
        {actions}
        <span class="zoom">
          <button type="button" class="plain" disabled={zoom === 0} onClick={() => setZoom(zoom - 1)}>
            Smaller
          </button>
          <button type="button" class="plain" disabled={zoom === ZOOMS.length - 1} onClick={() => setZoom(zoom + 1)}>
            Larger
          </button>
        </span>
        <button type="button" class="plain" onClick={onClose}>
          Close
        </button>
      </div>
      {children}
      {failure ? (
        <Problem failure={failure} retry={open} />
      ) : file ? (
        <>
          {file.instead !== null && <p class="notice">{file.instead}</p>}
          <PdfPages
            bytes={file.bytes}
            label={file.name}
            zoom={ZOOMS[zoom] ?? 1}
            onFailure={(error) => setFailure({ code: "NOT_SHOWN", message: `The document cannot be shown: ${error}` })}
          />
        </>
      ) : (
        <p class="waiting" role="status">
          Making the document…
        </p>
      )}
    </Dialog>
  );
}
