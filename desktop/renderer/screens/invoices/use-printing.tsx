/**
 * Paper: what is printed is not what is on the screen. It is made when somebody prints, from wherever (a button, Ctrl+P,
 * the shell), and goes when that is done.
 */
import { type ComponentChild, render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { bridge } from "../../state/bridge.ts";

const sheet = document.createElement("div");
sheet.className = "sheet";
document.body.append(sheet);

export interface Printing {
  print: () => void;
  /** Where the shell writes PDFs. @returns false if the user did not want to */
  savePdf: () => Promise<boolean>;
}

/** @param name of the document: what a PDF's file is called */
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
  // At the foot of each page. Not before there is paper: the styles of the whole document depend on it.
  document.documentElement.style.setProperty("--paper-name", JSON.stringify(name));
  render(page, sheet);
}

function clear(): void {
  document.documentElement.style.removeProperty("--paper-name");
  render(null, sheet);
}
