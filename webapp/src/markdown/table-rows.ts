// Table rows with more cells than the table has columns.

const STROKE = /(?<!\\)\|/g;
const CODE_OR_FORMULA = /(?<!`)(`+)(?!`)[^`]+\1(?!`)|\$[^\s$][^$]*\$/g;

/** The row with surplus pipes escaped, so that it has at most `columns` cells. */
export function keepCells(row: string, columns: number): string {
  if (cells(row) <= columns) return row;
  const guarded = row.replace(CODE_OR_FORMULA, (text) => text.replace(STROKE, "\\|"));
  const over = cells(guarded) - columns;
  if (over <= 0) return guarded;
  let inner = 0;
  const last = guarded.trimEnd().length - 1;
  const lead = guarded.search(/\S/);
  return guarded.replace(STROKE, (stroke, at: number) =>
    at === lead || at === last || ++inner < columns ? stroke : "\\|",
  );
}

function cells(row: string): number {
  const text = row.trim();
  const strokes = text.match(STROKE)?.length ?? 0;
  return strokes + 1 - (text.startsWith("|") ? 1 : 0) - (/(?<!\\)\|$/.test(text) ? 1 : 0);
}
