import type { CommandEntry } from '../commands/command.js';
import { globalFlags } from './global-flags.js';

const LONG = globalFlags.flatMap(({ flag }) => /--\S+/.exec(flag) ?? []);
const VALUED = globalFlags.filter(({ flag }) => flag.includes('<')).flatMap(({ flag }) => /--\S+/.exec(flag) ?? []);

/**
 * Marks with `--` where a command line goes over to another program: `ssh client-1 uname -n` and `exec nomad -version` are
 * for uname and nomad to understand, though commander, and we, take options wherever they stand. Long options of ours may
 * still follow the first word after the command.
 */
export function endOwnOptions(argv: readonly string[], entries: readonly CommandEntry[]): readonly string[] {
  let command: CommandEntry | undefined;
  let words = 0;
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--') return argv;
    const isOwnOption = words < 2 ? word.startsWith('-') : LONG.includes(word.split('=', 1)[0] ?? '');
    if (isOwnOption) {
      if (VALUED.includes(word)) at++;
      continue;
    }
    if (words === 2) return [...argv.slice(0, at), '--', ...argv.slice(at)];
    command ??= entries.find(({ name }) => name === word);
    if (!command?.passThrough) return argv;
    words++;
  }
  return argv;
}
