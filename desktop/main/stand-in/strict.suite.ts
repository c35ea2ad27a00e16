/** Parts of a stand-in: they throw on every name that they do not know, so the app uses nothing unnoticed. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";

/** @param name its name in Electron, for the error */
export function strict<T extends object>(name: string, known: T): T {
  const refuse = (key: string) => {
    throw new Error(`the stand-in for Electron does not know ${name}.${key}`);
  };
  return new Proxy(known, {
    get(target, key) {
      if (typeof key === "symbol" || key === "then") return Reflect.get(target, key, target);
      if (!(key in target)) return refuse(key);
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" && !/^class\b/.test(String(value)) ? value.bind(target) : value;
    },
    set: (_, key) => refuse(String(key)),
  });
}

/** An emitter of the named events only. */
export class StrictEmitter extends EventEmitter {
  readonly #events: readonly string[];

  constructor(...events: string[]) {
    super();
    this.#events = events;
  }

  override on(event: string, listener: (...args: never[]) => void): this {
    this.#mustKnow(event);
    return super.on(event, listener as (...args: unknown[]) => void);
  }

  override once(event: string, listener: (...args: never[]) => void): this {
    this.#mustKnow(event);
    return super.once(event, listener as (...args: unknown[]) => void);
  }

  /** Emits an event that can be prevented. @returns true if a listener prevented it */
  offer(event: string, fields: object = {}, ...rest: unknown[]): boolean {
    let prevented = false;
    this.emit(event, { ...fields, preventDefault: () => (prevented = true) }, ...rest);
    return prevented;
  }

  #mustKnow(event: string): void {
    assert.ok(this.#events.includes(event), `the stand-in for Electron has no event ${event}`);
  }
}
