import { padText, textWidth } from './text-width.js';

export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Gives way first when the table is wider than the terminal, and goes on in the next line. Without one that may, all but the first do. */
  readonly wraps?: boolean;
}

export interface TableOptions {
  /** Columns of the terminal. Without it every row is one line: the reader may be a program. */
  readonly width?: number | undefined;
  /** How titles look: `ui.style.dim`. */
  readonly header?: (text: string) => string;
}

/** How a command prints a table: for a terminal as wide as that, for a file or a pipe a line per row. */
export function tableLook({
  mode,
  columns,
  style,
}: {
  readonly mode: string;
  readonly columns: number;
  readonly style: { dim(text: string): string };
}): TableOptions {
  return { header: (text) => style.dim(text), ...(mode === 'terminal' ? { width: columns } : {}) };
}

const GAP = 2;
/** A column does not become narrower than that for its neighbours, unless what is in it is. */
const NARROWEST = 10;

/**
 * Aligned columns under a header line; no trailing newline. Cells may be coloured, and hold wide characters. Nothing is ever cut, for what
 * is cut cannot be copied: cells go on in the next line, between words; where not even that is narrow enough, each row is a list of its
 * own, a cell a line.
 * @param titled columns; a word is the title of one that is like most
 */
export function formatTable(
  titled: readonly (string | TableColumn)[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string {
  const columns = titled.map((column): TableColumn => (typeof column === 'string' ? { title: column } : column));
  const { width = Infinity, header = (text: string) => text } = options;
  const widths = fit(columns, rows, width);
  if (widths === undefined) return lists(columns, rows, { width, header });
  const lines = (cells: readonly string[]): string => {
    const parts = columns.map((_, index) => wrapCell(cells[index] ?? '', widths[index] ?? 0));
    const height = Math.max(...parts.map(({ length }) => length));
    return Array.from({ length: height }, (_, row) =>
      columns
        .map(({ align }, index) => padText(parts[index]?.[row] ?? '', widths[index] ?? 0, align))
        .join(' '.repeat(GAP))
        .trimEnd(),
    ).join('\n');
  };
  return [header(lines(columns.map(({ title }) => title))), ...rows.map(lines)].join('\n');
}

/** For terminals that are too narrow for columns. What a row does not have is left out. */
function lists(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  { width, header }: Required<Omit<TableOptions, 'width'>> & { readonly width: number },
): string {
  const label = Math.max(...columns.map(({ title }) => textWidth(title.trim())));
  const list = (cells: readonly string[]): string =>
    columns
      .flatMap(({ title }, index) => {
        const cell = cells[index]?.trim() ?? '';
        if (cell === '') return [];
        const before = padText(header(title.trim()), label);
        return wrapCell(cell, Math.max(NARROWEST, width - label - GAP)).map(
          (line, row) => (row === 0 ? before : ' '.repeat(label)) + ' '.repeat(GAP) + line,
        );
      })
      .join('\n');
  return rows.length === 0 ? columns.map(({ title }) => header(title.trim())).join('\n') : rows.map(list).join('\n\n');
}

/** A cell that has one colour as a whole. */
const PAINTED = /^((?:\u001b\[[0-9;]*m)+)([^\u001b]*)((?:\u001b\[[0-9;]*m)+)$/;

/** Lines of at most this width, broken between words alone; one of several colours stays whole. At least one line. */
function wrapCell(cell: string, width: number): string[] {
  if (textWidth(cell) <= width) return [cell];
  const [, before = '', text = '', after = ''] = PAINTED.exec(cell) ?? [];
  if (text !== '') return wrapText(text, width).map((line) => before + line + after);
  return cell.includes('\u001b') ? [cell] : wrapText(cell, width);
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

/** The widths of columns in a terminal; nothing where it is too narrow for them. Those that wrap give way first, the widest of them before others. */
function fit(columns: readonly TableColumn[], rows: readonly (readonly string[])[], available: number): readonly number[] | undefined {
  const cellsOf = (index: number): string[] => [columns[index]?.title ?? '', ...rows.map((row) => row[index] ?? '')];
  const widestOf = (texts: readonly string[]): number => Math.max(...texts.map(textWidth));
  const fitted = columns.map((_, index) => widestOf(cellsOf(index)));
  let excess = fitted.reduce((sum, width) => sum + width + GAP, -GAP) - available;
  if (excess <= 0) return fitted;
  const floors = fitted.map((natural, index) =>
    Math.max(widestOf(cellsOf(index).flatMap((cell) => wrapCell(cell, 1))), Math.min(natural, NARROWEST)),
  );
  const all = columns.map((_, index) => index);
  const first = all.filter((index) => columns[index]?.wraps);
  for (const candidates of [first.length > 0 ? first : all.slice(1), all]) {
    for (; excess > 0; excess--) {
      const [widest] = candidates
        .filter((index) => (fitted[index] ?? 0) > (floors[index] ?? 0))
        .sort((a, b) => (fitted[b] ?? 0) - (fitted[a] ?? 0));
      if (widest === undefined) break;
      fitted[widest] = (fitted[widest] ?? 0) - 1;
    }
  }
  return excess > 0 ? undefined : fitted;
}
