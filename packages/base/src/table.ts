import { padText, textWidth, truncateText } from './text-width.js';

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Gives way when the table is wider than the terminal. Without one that may, the widest column does. */
  readonly mayShrink?: boolean;
  /** Gives way as `mayShrink` does, and goes on in the next line instead of being cut. Its cells have no colours. */
  readonly wraps?: boolean;
}

export interface TableOptions {
  /** Columns of the terminal. Without it nothing is cut: the reader may be a program. */
  readonly width?: number | undefined;
  /** How the header looks: `ui.style.dim`. */
  readonly header?: (text: string) => string;
}

const GAP = 2;
const NARROWEST = 6;

/** Aligned columns under a header line; no trailing newline. Cells may be coloured, and hold wide characters. */
export function formatTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[], options: TableOptions = {}): string {
  const widths = fit(naturalWidths(columns, rows), columns, options.width);
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => padText(truncateText(cells[index] ?? '', widths[index] ?? 0), widths[index] ?? 0, align))
      .join(' '.repeat(GAP))
      .trimEnd();
  const lines = (cells: readonly string[]): string => {
    const parts = columns.map(({ wraps }, index) => (wraps ? wrapText(cells[index] ?? '', widths[index] ?? 0) : [cells[index] ?? '']));
    const height = Math.max(...parts.map(({ length }) => length));
    return Array.from({ length: height }, (_, row) => line(parts.map((part) => part[row] ?? ''))).join('\n');
  };
  const header = line(columns.map(({ title }) => title));
  return [options.header ? options.header(header) : header, ...rows.map(lines)].join('\n');
}

/** Words in lines of at most this width; a word that is wider has a line of its own. At least one line. */
function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && textWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Columns as wide as their widest cell, without a header; a line per row, and nothing is cut. */
export function alignRows(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, textWidth(cell))));
  return rows.map((row) =>
    row
      .map((cell, index) => padText(cell, widths[index] ?? 0))
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}

function naturalWidths(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): number[] {
  return columns.map(({ title }, index) => Math.max(textWidth(title), ...rows.map((row) => textWidth(row[index] ?? ''))));
}

/** Takes columns away from those that may shrink, the widest first; a terminal too narrow for that wraps the lines. */
function fit(widths: readonly number[], columns: readonly TableColumn[], available: number | undefined): readonly number[] {
  if (available === undefined) return widths;
  const fitted = [...widths];
  const elastic = columns.map(({ mayShrink, wraps }, index) => (mayShrink || wraps ? index : -1)).filter((index) => index >= 0);
  const candidates = elastic.length > 0 ? elastic : fitted.map((_, index) => index);
  let excess = fitted.reduce((sum, width) => sum + width + GAP, -GAP) - available;
  for (; excess > 0; excess--) {
    const widest = candidates.reduce((best, index) => ((fitted[index] ?? 0) > (fitted[best] ?? 0) ? index : best));
    if ((fitted[widest] ?? 0) <= NARROWEST) break;
    fitted[widest] = (fitted[widest] ?? 0) - 1;
  }
  return fitted;
}
