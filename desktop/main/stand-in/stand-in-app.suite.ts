/** The stand-in for Electron's `app`. */
import assert from "node:assert/strict";
import type * as Electron from "electron";
import { StrictEmitter } from "./strict.suite.ts";

export class StandInApp
  extends StrictEmitter
  implements
    Record<
      keyof Pick<Electron.App, "getVersion" | "getPath" | "getLocaleCountryCode" | "whenReady" | "quit" | "exit">,
      unknown
    >
{
  isPackaged = true;
  isReady = false;
  isSecond = false;
  appData = "";
  exitCode: number | null = null;
  closeWindows: () => Promise<void> = async () => {};
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();

  constructor() {
    super("web-contents-created", "window-all-closed", "second-instance", "will-quit", "before-quit");
  }

  becomeReady(): void {
    this.isReady = true;
    this.#ready.resolve();
  }

  /** Resolves when the main process has exited. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  getLocaleCountryCode(): string {
    return "GB";
  }

  getVersion(): string {
    return "1.2.3";
  }

  getName(): string {
    return "Invoify";
  }

  getPath(name: string): string {
    assert.ok(["appData", "userData"].includes(name), name);
    return this.appData;
  }

  enableSandbox(): void {
    assert.ok(!this.isReady, "the sandbox is enabled before the app is ready");
  }

  requestSingleInstanceLock(): boolean {
    return !this.isSecond;
  }

  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  quit(): void {
    void this.closeWindows().then(() => {
      if (this.exitCode === null && !this.offer("will-quit")) this.exit(0);
    });
  }

  exit(code = 0): void {
    this.exitCode ??= code;
    this.#ended.resolve();
  }
}
