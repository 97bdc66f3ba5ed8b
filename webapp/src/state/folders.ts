// Folders of conversations. A folder exists while a conversation has its name.
import { signal } from "@preact/signals";

/** The folders that the server knows. */
export const folders = signal<readonly string[]>([]);

/** The folder that filters the list; "" lists all. */
export const openFolder = signal("");
