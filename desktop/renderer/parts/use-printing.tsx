/**
 * Printing: the printout differs from the screen. It is rendered when the user prints (by a button, Ctrl+P or
 * the shell) and removed afterwards.
 */
import { type ComponentChild, render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { bridge } from "../state/bridge.ts";

const sheet = document.createElement("div");
sheet.className = "sheet";
document.body.append(sheet);

interface Printing {
  print: () => void;
  /** Only in the shell, which writes PDFs. @returns false if the user cancelled */
  savePdf: () => Promise<boolean>;
}

/** @param name of the document, and of the PDF file */
export function usePrinting(name: string, page: ComponentChild): Printing {
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

function putOn(page: ComponentChild, name: string): void {
  // The name at the foot of each page. It is set only while printing, because it affects the styles of the whole
  // document.
  document.documentElement.style.setProperty("--paper-name", JSON.stringify(name));
  render(page, sheet);
}

function clear(): void {
  document.documentElement.style.removeProperty("--paper-name");
  render(null, sheet);
}
