// The folders of conversations: a folder is there while a conversation bears its name.
import { signal } from "@preact/signals";

/** Those that the server knows of. */
export const folders = signal<readonly string[]>([]);

/** The folder whose conversations alone are listed; "" is all. */
export const openFolder = signal("");
