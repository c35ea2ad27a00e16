/** What pages ask the main process: the calls of the contract, passed on to the worker, and a PDF of the page. */
import { writeFile } from "node:fs/promises";
import type { BrowserWindow, IpcMain, IpcMainInvokeEvent, WebContents } from "electron";
import { z } from "zod";
import type { CallName } from "../contract/arguments.ts";
import { CallError, failureOf } from "../contract/call-error.ts";
import type { Answer, UpdateState } from "../contract/contract.ts";
import { parseCall } from "../contract/parse-call.ts";
import type { WorkerLink } from "../shell/worker-link.ts";
import { isOurs } from "./guards.ts";
import type { Updates } from "./updates.ts";

/** A file name that somebody else's text cannot turn into a path. */
const pdfName = z.string().max(200);

const updateCall = z.enum(["state", "install", "seen"]);

export interface IpcParts {
  updates: Pick<Updates, "state" | "install" | "notesSeen">;
  /** Passes a call on to the worker. */
  call: WorkerLink["call"];
  windowOf: (contents: WebContents) => BrowserWindow | null;
  /** The country that the system is set to, ISO 3166-1 alpha-2. */
  countryCode: () => string;
  /** Asks the user where to; null if they did not want to. */
  choosePath: (window: BrowserWindow, name: string) => Promise<string | null>;
}

export function answerCalls(
  ipcMain: Pick<IpcMain, "handle">,
  { call, windowOf, choosePath, countryCode, updates }: IpcParts,
): void {
  ipcMain.handle("call", async (event, name: unknown, argument: unknown): Promise<Answer<CallName>> => {
    try {
      refuseStrangers(event);
      parseCall(name, argument); // the worker does it too: it trusts nobody either
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
    return await call(name, argument);
  });
  ipcMain.handle("update", async (event, what: unknown): Promise<UpdateState | undefined> => {
    refuseStrangers(event);
    switch (updateCall.parse(what)) {
      case "state":
        return updates.state;
      case "install":
        await updates.install();
        return;
      case "seen":
        updates.notesSeen();
    }
  });
  ipcMain.handle("save-pdf", async (event, name: unknown): Promise<boolean> => {
    refuseStrangers(event);
    const window = windowOf(event.sender);
    const path = window && (await choosePath(window, fileNameOf(pdfName.parse(name))));
    if (!path) return false;
    const paper = pageSizeFor(countryCode());
    await writeFile(path, await event.sender.printToPDF({ printBackground: true, pageSize: paper }));
    return true;
  });
}

/** Where paper is Letter (CLDR, `paperSize`). */
const LETTER = ["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"];

/** The paper of a country: A4, but for the Americas and the Philippines. */
export function pageSizeFor(country: string): "A4" | "Letter" {
  return LETTER.includes(country.toUpperCase()) ? "Letter" : "A4";
}

/** Only a page of ours, in the main frame of its window. @throws CallError FOREIGN_FRAME */
function refuseStrangers({ senderFrame }: IpcMainInvokeEvent): void {
  if (senderFrame && isOurs(senderFrame.url) && senderFrame.parent === null) return;
  throw new CallError("FOREIGN_FRAME", "only the app's own page may ask");
}

/** `INV-00042.pdf`: what Windows does not take in a name is left out. */
export function fileNameOf(name: string): string {
  const clean = name
    .replaceAll(/[<>:"/\\|?*\p{Cc}]/gu, "-")
    .replace(/[. ]+$/, "")
    .slice(0, 120);
  const reserved = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])\s*(?:\.|$)/i.test(clean);
  return `${reserved || clean === "" ? `invoice ${clean}`.trim() : clean}.pdf`;
}
