/**
 * Printing reports: the printout differs from the screen. It is rendered when the user prints (by a button, Ctrl+P or
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

/** @param what the name of what is printed, and of the PDF file; in the past, the moment follows it */
export function usePrinting(what: string, page: ComponentChild): Printing {
  const asOf = fileMoment();
  const name = asOf === null ? what : `${what} ${asOf}`;
  const latest = useRef(page);
  latest.current = page;
  useEffect(() => {
    const title = document.title;
    document.title = name;
    const put = () => putOn(latest.current, name);
    window.addEventListener("beforeprint", put);
    window.addEventListener("afterprint", clear);
    return () => {
      document.title = title;
      window.removeEventListener("beforeprint", put);
      window.removeEventListener("afterprint", clear);
      clear();
    };
  }, [name]);
  return {
    print: () => window.print(),
    async savePdf() {
      putOn(latest.current, name);
      try {
        return (await bridge.savePdf?.(name)) ?? false;
      } finally {
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
