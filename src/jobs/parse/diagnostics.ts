/** What Nomad's parser says against a file, one finding. */
export interface Diagnostic {
  /** As Nomad names it: `stdin`, a path, or `<value for var.NAME from env>`. Absent where it names no place. */
  readonly file?: string;
  /** From 1; 0 where the place is a whole value. */
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/**
 * `FILE:LINE,COLUMN-COLUMN: Summary; Detail`, or `FILE:LINE,COLUMN-LINE,COLUMN: …`; `<nil>: …` for what has no place.
 * `Diagnostic.Error` and `Range.String` in https://github.com/hashicorp/hcl
 */
const PLACED = /^(?:unable to parse var file: )?(?:<nil>|(.*?):(\d+),(\d+)-\d+(?:,\d+)?): /;
/** What the program says before the findings. */
const INTRODUCTION = /^Error getting job struct: (?:Error parsing job file from .*:$)?/;

/** Findings in Nomad's order. */
export function diagnosticsIn(said: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const raw of said.split('\n')) {
    const line = raw.replace(INTRODUCTION, '').trimEnd();
    const place = PLACED.exec(line);
    if (place) {
      const [whole, file, row, column] = place;
      found.push({ ...(file ? { file } : {}), line: Number(row ?? 0), column: Number(column ?? 0), text: line.slice(whole.length).trim() });
    } else if (line.trim() !== '') {
      // A detail may go on over several lines.
      const last = found.pop();
      found.push(last ? { ...last, text: `${last.text} ${line.trim()}` } : { line: 0, column: 0, text: line.trim() });
    }
  }
  return found;
}

/** By place: Nomad goes through variables in a random order. */
export function byPlace(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) => (a.file ?? '').localeCompare(b.file ?? '') || a.line - b.line || a.column - b.column || a.text.localeCompare(b.text),
  );
}

/** Names that were given a value and that the job file does not declare. */
export function undeclaredIn(diagnostics: readonly Diagnostic[]): string[] {
  return [...new Set(diagnostics.flatMap(({ text }) => /^Undefined (?:-var )?variable; A "([^"]*)" variable was/.exec(text)?.[1] ?? []))];
}
