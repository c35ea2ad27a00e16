/**
 * Printing: the printout differs from the screen. It is rendered when the user prints (by a button, Ctrl+P or
 * the shell) and removed afterwards.
 */
import { type ComponentChild, render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { at } from "../state/at.ts";
import { bridge } from "../state/bridge.ts";
import { moment } from "../state/moment.ts";
import { locale } from "../state/state.ts";
import { fileMoment, momentWords } from "../text/moments/moment-words.ts";

const sheet = document.createElement("div");
sheet.className = "sheet";
document.body.append(sheet);

interface Printing {
  print: () => void;
  /** Only in the shell, which writes PDFs. @returns false if the user cancelled */
  savePdf: () => Promise<boolean>;
}

/**
 * @param what the name of the document, and of the PDF file; in the past, the moment follows it
 * @param onPaper called after the print dialog, whose outcome no page learns, and after a PDF was saved
 */
export function usePrinting(
  what: string,
  page: ComponentChild,
  onPaper: (how: "print" | "pdf") => void = () => {},
): Printing {
  const asOf = fileMoment();
  const name = asOf === null ? what : `${what} ${asOf}`;
  const latest = useRef(page);
  latest.current = page;
  const report = useRef(onPaper);
  report.current = onPaper;
  const saving = useRef(false);
  useEffect(() => {
    const title = document.title;
    document.title = name;
    const put = () => putOn(latest.current, name);
    const done = () => {
      clear();
      if (!saving.current) report.current("print"); // writing a PDF prints the page, too
    };
    window.addEventListener("beforeprint", put);
    window.addEventListener("afterprint", done);
    return () => {
      document.title = title;
      window.removeEventListener("beforeprint", put);
      window.removeEventListener("afterprint", done);
      clear();
    };
  }, [name]);
  return {
    print: () => window.print(),
    async savePdf() {
      putOn(latest.current, name);
      saving.current = true;
      try {
        const saved = (await bridge.savePdf?.(name)) ?? false;
        if (saved) report.current("pdf");
        return saved;
      } finally {
        saving.current = false;
        clear();
      }
    },
  };
}

/** The moment, above what is printed; nothing if it is now. */
function MomentLine(): ComponentChild {
  if (at.value === null) return null;
  const words = moment.value ? momentWords(moment.value, locale.value) : at.value;
  return <p class="paper-moment">The books as of {words}</p>;
}

function putOn(page: ComponentChild, name: string): void {
  // The name at the foot of each page. It is set only while printing, because it affects the styles of the whole
  // document.
  document.documentElement.style.setProperty("--paper-name", JSON.stringify(name));
  // Whatever is printed of the past says so.
  render(
    <>
      <MomentLine />
      {page}
    </>,
    sheet,
  );
}

function clear(): void {
  document.documentElement.style.removeProperty("--paper-name");
  render(null, sheet);
}
