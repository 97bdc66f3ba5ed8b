// Table rows with more cells than the table has columns.

// Nothing looks back in these: Safari before 16.4 cannot, and would have no renderer at all.
const MARK = /\\.|\|/gs;
const CODE_OR_FORMULA = /(`+)(?!`)(?:[^`]+\1(?!`))?|\$[^\s$][^$]*\$/g;

/** The row with surplus pipes escaped, so that it has at most `columns` cells. */
export function keepCells(row: string, columns: number): string {
  if (cells(row) <= columns) return row;
  const guarded = row.replace(CODE_OR_FORMULA, (text) =>
    text.replace(MARK, (mark) => (mark === "|" ? "\\|" : mark)),
  );
  const over = cells(guarded) - columns;
  if (over <= 0) return guarded;
  let inner = 0;
  const last = guarded.trimEnd().length - 1;
  const lead = guarded.search(/\S/);
  return guarded.replace(MARK, (mark, at: number) =>
    mark !== "|" || at === lead || at === last || ++inner < columns ? mark : "\\|",
  );
}

function cells(row: string): number {
  const text = row.trim();
  const marks = text.match(MARK) ?? [];
  const strokes = marks.filter((mark) => mark === "|").length;
  const closed = text.endsWith("|") && marks.at(-1) === "|";
  return strokes + 1 - (text.startsWith("|") ? 1 : 0) - (closed ? 1 : 0);
}
