/** The key of typed input. It belongs to the content, not to a press of the button: it changes with the content. */
import { useRef } from "preact/hooks";
import { newKey, type ScreenCommand } from "./write.ts";

interface ContentKey {
  /** The key for a command: that of the last call if the command is the same. */
  keyOf(command: ScreenCommand): string;
  /** Call after the command was saved: the same content is a new entry then. */
  saved(): void;
}

export function useContentKey(): ContentKey {
  const last = useRef<{ content: string; key: string } | null>(null);
  return {
    keyOf(command) {
      const content = JSON.stringify(command);
      if (last.current?.content !== content) last.current = { content, key: newKey() };
      return last.current.key;
    },
    saved() {
      last.current = null;
    },
  };
}
