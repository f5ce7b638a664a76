/** What a cell of a table may hold: no line break, and no bar that is not escaped. */
export function cell(text: string): string {
  return text.replaceAll('\n', ' ').replaceAll('|', '\\|');
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
}

export const code = (text: string): string => `\`${text}\``;

/** Says where a page comes from, for whoever is about to edit it. */
export function madeFrom(source: string): string {
  return `<!-- Made from ${source}: npm run reference -->`;
}
