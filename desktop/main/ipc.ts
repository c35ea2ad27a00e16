/** Answers the messages of pages: calls for the worker, updates, files to save, and a PDF of the page. */
import { writeFile } from "node:fs/promises";
import type { BrowserWindow, IpcMain, IpcMainInvokeEvent, WebContents } from "electron";
import type { CallName } from "../contract/arguments.ts";
import { CallError } from "../contract/call-error.ts";
import type { CallReply } from "../contract/contract.ts";
import type { FileReply, UpdateState } from "../contract/electron-bridge.ts";
import type { WorkerLink } from "../shell/worker-link.ts";
import { isOurs } from "./guards.ts";
import { documentNameOf, reasonOf, SavedFiles, safeStem } from "./saved-files.ts";
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
  /** Asks the user for a folder; null if they cancelled. */
  chooseFolder: (window: BrowserWindow) => Promise<string | null>;
  /** Shows an error to the user. */
  showError: (title: string, text: string) => void;
}

export function answerCalls(
  ipcMain: Pick<IpcMain, "handle">,
  { call, windowOf, choosePath, chooseFolder, showError, countryCode, updates }: IpcParts,
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
  const saved = new SavedFiles();
  ipcMain.handle("choose-file", async (event, name: unknown): Promise<boolean> => {
    requireOwnPage(event);
    const file = documentNameOf(name);
    const window = windowOf(event.sender);
    return saved.chooseFile(event.sender, window && (await choosePath(window, file)));
  });
  ipcMain.handle("choose-folder", async (event): Promise<string | null> => {
    requireOwnPage(event);
    const window = windowOf(event.sender);
    return saved.chooseFolder(event.sender, window && (await chooseFolder(window)));
  });
  ipcMain.handle("write-file", async (event, name: unknown, bytes: unknown): Promise<FileReply> => {
    requireOwnPage(event);
    return await saved.write(event.sender, name, bytes);
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

/** `INV-00042.pdf` */
export function fileNameOf(name: string): string {
  return `${safeStem(name)}.pdf`;
}
