import { execFileSync } from 'node:child_process';

/** How hints call us: by name, or with the Node that runs us where no PATH has that name. */
export const STARTS_COMMAND = /(?:^|[\s("])(?:nomadctl|node \S*bin\/nomadctl\.js)(?= |$)/;
/** What ends a command in a sentence: test/unit/hints/hint-sites.test.ts holds every hint of the sources to it. */
export const AFTER_COMMAND = /^(?: {3}|[,;:.?)](?: |$)| && | \|\| |$)/;

/** The commands of ours in a hint, each from behind our name to its end, as they were printed. */
export function commandsIn(line: string): string[] {
  const found: string[] = [];
  for (const { index, 0: start } of line.matchAll(new RegExp(STARTS_COMMAND, 'g'))) {
    const rest = line.slice(index + start.length);
    found.push(rest.slice(0, endOf(rest)).trim());
  }
  return found;
}

/** Quotes are read as a shell reads them: what they hold ends nothing. */
function endOf(text: string): number {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "'") at = (text.indexOf("'", at + 1) + text.length) % text.length;
    else if (text[at] === '\\') at++;
    else if (AFTER_COMMAND.test(text.slice(at))) return at;
  }
  return text.length;
}

/** In a subshell each: what is no command at all for a shell must not end the others. */
function saidBy(command: string): string {
  return `( eval '${command.replaceAll("'", `'\\''`)}' ) 2>/dev/null || printf 'no command for a shell\\0\\1'`;
}

/** What a shell makes of each; a place for a value, `<file>`, is filled in first. */
export function wordsInShell(commands: readonly string[]): string[][] {
  const filled = commands.map((command) => `nomadctl ${command.replace(/<[a-z-]+>/g, 'value')}`);
  const script = `nomadctl() { printf '%s\\0' "$@"; printf '\\1'; }\n${filled.map(saidBy).join('\n')}\n`;
  const said = execFileSync('sh', ['-s'], { input: script, encoding: 'utf8', maxBuffer: 2 ** 26 });
  return said
    .split('\u0001')
    .slice(0, -1)
    .map((words) => words.split('\0').slice(0, -1));
}
