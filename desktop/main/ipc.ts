/** Answers the messages of pages: calls for the worker, updates, and a PDF of the page. */
import { writeFile } from "node:fs/promises";
import type { BrowserWindow, IpcMain, IpcMainInvokeEvent, WebContents } from "electron";
import type { CallName } from "../contract/arguments.ts";
import { CallError } from "../contract/call-error.ts";
import type { CallReply, UpdateState } from "../contract/contract.ts";
import type { WorkerLink } from "../shell/worker-link.ts";
import { isOurs } from "./guards.ts";
import type { Updates } from "./updates.ts";

/** The longest accepted name of a PDF, UTF-16 code units. */
const MAX_NAME = 200;

interface IpcParts {
  updates: Pick<Updates, "state" | "install" | "notesSeen">;
  /** Passes a call on to the worker. */
  call: WorkerLink["call"];
  windowOf: (contents: WebContents) => BrowserWindow | null;
  /** The country in the system's settings, ISO 3166-1 alpha-2. */
  countryCode: () => string;
  /** Asks the user for a path; null if they cancelled. */
  choosePath: (window: BrowserWindow, name: string) => Promise<string | null>;
  /** Shows an error to the user. */
  showError: (title: string, text: string) => void;
}

export function answerCalls(
  ipcMain: Pick<IpcMain, "handle">,
  { call, windowOf, choosePath, showError, countryCode, updates }: IpcParts,
): void {
  ipcMain.handle("call", async (event, name: unknown, argument: unknown): Promise<CallReply<CallName>> => {
    if (!isOwnPage(event)) return { ok: false, failure: FOREIGN_FRAME };
    return await call(name, argument);
  });
  ipcMain.handle("update", async (event, what: unknown): Promise<UpdateState | undefined> => {
    requireOwnPage(event);
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
    requireOwnPage(event);
    if (typeof name !== "string" || name.length > MAX_NAME) throw new CallError("NOT_VALID", "not a name", "name");
    const window = windowOf(event.sender);
    const path = window && (await choosePath(window, fileNameOf(name)));
    if (!path) return false;
    const paper = pageSizeFor(countryCode());
    try {
      await writeFile(path, await event.sender.printToPDF({ printBackground: true, pageSize: paper }));
      return true;
    } catch (error) {
      showError("The PDF was not saved", `${path}\n\n${reasonOf(error)} Save it again, or choose another folder.`);
      return false;
    }
  });
}

/** Why a file cannot be written, as a sentence. */
function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOSPC":
      return "The disk is full.";
    case "ENOENT":
      return "The folder does not exist.";
    case "EACCES":
    case "EPERM":
    case "EBUSY":
    case "EROFS":
      return "The file is open in another program, or you may not write to this folder.";
    default:
      return `${message}.`;
  }
}

/** Countries that use Letter (CLDR, `paperSize`). */
const LETTER = ["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"];

/** The paper size of a country: Letter in most of the Americas and the Philippines, A4 elsewhere. */
export function pageSizeFor(country: string): "A4" | "Letter" {
  return LETTER.includes(country.toUpperCase()) ? "Letter" : "A4";
}

const FOREIGN_FRAME = { code: "FOREIGN_FRAME", message: "only the app's own page may make calls" } as const;

/** True for the main frame of one of our own pages. */
function isOwnPage({ senderFrame }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && isOurs(senderFrame.url) && senderFrame.parent === null;
}

/** @throws CallError FOREIGN_FRAME */
function requireOwnPage(event: IpcMainInvokeEvent): void {
  if (!isOwnPage(event)) throw new CallError(FOREIGN_FRAME.code, FOREIGN_FRAME.message);
}

/** `INV-00042.pdf`. Replaces characters and names that Windows does not accept. */
export function fileNameOf(name: string): string {
  const clean = name
    .replaceAll(/[<>:"/\\|?*\p{Cc}]/gu, "-")
    .replace(/[. ]+$/, "")
    .slice(0, 120);
  const reserved = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])\s*(?:\.|$)/i.test(clean);
  return `${reserved || clean === "" ? `invoice ${clean}`.trim() : clean}.pdf`;
}
