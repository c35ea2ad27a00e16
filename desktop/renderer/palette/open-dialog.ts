/** Which of the dialogs of the whole window is open. */
import { signal } from "@preact/signals";

export const openDialog = signal<"palette" | "shortcuts" | null>(null);
