import type { GlobalFlags } from '../context.js';
import type { FlagSpec } from '../commands/command.js';
import { programFlags } from '../config/program-options.js';

/** Flags of every command, before or after its name. */
export const globalFlags: readonly FlagSpec[] = [
  { flag: '--cluster <name>', summary: 'the cluster that is meant (NOMADCTL_CLUSTER)' },
  { flag: '--json', summary: 'one JSON document on standard output' },
  { flag: '-q, --quiet', summary: 'results and errors only' },
  { flag: '-v, --verbose', summary: 'say more: error codes, debug lines, stack traces' },
  { flag: '-y, --yes', summary: 'agree to every confirmation; ask nothing' },
  { flag: '--no-color', summary: 'no colours (NO_COLOR)' },
  ...programFlags.map(({ flag, program, variable }) => ({
    flag: `${flag} <file>`,
    summary: `the ${program} to use (${variable})`,
    hidden: true,
  })),
];

/** What help says of the flags that it leaves out. */
export const programHelp = `A program that is not on PATH: --terraform-bin <file>; likewise for ${programFlags
  .map(({ program }) => program)
  .filter((program) => program !== 'terraform')
  .join(', ')}.`;

/** Reads the global flags without knowing any command, so that even a wrong command line is reported as was asked. */
export function readGlobalFlags(
  argv: readonly string[],
): GlobalFlags & { readonly noColor: boolean; readonly programs: Record<string, string> } {
  const end = argv.indexOf('--');
  const words = end === -1 ? argv : argv.slice(0, end);
  const has = (...names: string[]): boolean => words.some((word) => names.includes(word));
  return {
    json: has('--json'),
    quiet: has('-q', '--quiet'),
    verbose: has('-v', '--verbose'),
    yes: has('-y', '--yes'),
    noColor: has('--no-color'),
    cluster: valueOf(words, '--cluster'),
    programs: Object.fromEntries(programFlags.flatMap(({ flag, program }) => pairOf(program, valueOf(words, flag)))),
  };
}

const pairOf = (program: string, file: string | undefined): [string, string][] => (file === undefined ? [] : [[program, file]]);

function valueOf(words: readonly string[], flag: string): string | undefined {
  const joined = words.find((word) => word.startsWith(`${flag}=`));
  if (joined) return joined.slice(flag.length + 1);
  const at = words.indexOf(flag);
  return at === -1 ? undefined : words[at + 1];
}
