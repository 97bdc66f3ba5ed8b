// Messages between the page and its worker: plain data, never markup.

export type Task =
  | { kind: "code"; text: string; language: string }
  | { kind: "math"; text: string; display: boolean };

/** Pieces of code in order: a highlight.js scope ("keyword", or "" for none) and its text. */
export type Segments = (readonly [scope: string, text: string])[];

/** A MathML element or a text. The page builds only what its allow-list permits. */
export type MathTree =
  | string
  | {
      tag: string;
      attrs: Record<string, string>;
      style: Record<string, string>;
      children: MathTree[];
    };

export type Result = { kind: "code"; segments: Segments } | { kind: "math"; tree: MathTree };

export interface Request {
  id: number;
  task: Task;
}

/** `result` is null where there is nothing to show better than the source itself. */
export interface Response {
  id: number;
  result: Result | null;
}
