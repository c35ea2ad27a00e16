/** What pages ask the main process: the calls of the contract, passed on to the worker, and a PDF of the page. */
import { writeFile } from "node:fs/promises";
import type { BrowserWindow, IpcMain, IpcMainInvokeEvent, WebContents } from "electron";
import type { CallName } from "../contract/arguments.ts";
import { CallError } from "../contract/call-error.ts";
import type { Answer, UpdateState } from "../contract/contract.ts";
import type { WorkerLink } from "../shell/worker-link.ts";
import { isOurs } from "./guards.ts";
import type { Updates } from "./updates.ts";

/** The longest name that is taken for a PDF, UTF-16 code units. */
const MAX_NAME = 200;

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
    if (!isOwnPage(event)) return { ok: false, failure: FOREIGN_FRAME };
    return await call(name, argument);
  });
  ipcMain.handle("update", async (event, what: unknown): Promise<UpdateState | undefined> => {
    refuseStrangers(event);
    switch (what) {
      case "state":
        return updates.state;
      case "install":
        await updates.install();
        return;
      case "seen":
        updates.notesSeen();
        return;
      default:
        throw new CallError("UNKNOWN_CALL", "there is no such call");
    }
  });
  ipcMain.handle("save-pdf", async (event, name: unknown): Promise<boolean> => {
    refuseStrangers(event);
    if (typeof name !== "string" || name.length > MAX_NAME) throw new CallError("NOT_VALID", "not a name", "name");
    const window = windowOf(event.sender);
    const path = window && (await choosePath(window, fileNameOf(name)));
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

const FOREIGN_FRAME = { code: "FOREIGN_FRAME", message: "only the app's own page may ask" } as const;

/** True for a page of ours, in the main frame of its window. */
function isOwnPage({ senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && isOurs(senderFrame.url) && senderFrame.parent === null;
}

/** @throws CallError FOREIGN_FRAME */
function refuseStrangers(event: IpcMainInvokeEvent): void {
  if (!isOwnPage(event)) throw new CallError(FOREIGN_FRAME.code, FOREIGN_FRAME.message);
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
