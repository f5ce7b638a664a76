import type { ArgumentSpec, Command, CommandEntry, FlagSpec } from '../../commands/command.js';
import { completeFlags, flagNamed, takesValue } from './complete-flags.js';
import { candidatesFor, type Candidate, type CompletionContext } from './complete-words.js';
import { commands } from '../../commands/index.js';

/**
 * What could stand where the cursor is, for `nomadctl __complete`: a line each, the word and, after a tab, what it is.
 * `words` are those after `nomadctl` up to the cursor; the last is the one being typed, and may be empty. Loads only the
 * command that is on the line, and never throws: a shell shows no errors while somebody types.
 */
export async function complete(
  words: readonly string[],
  at: CompletionContext,
  entries: readonly CommandEntry[] = commands,
): Promise<string[]> {
  try {
    const current = words.at(-1) ?? '';
    const found = await candidates(words.slice(0, -1), current, { at, entries });
    return found.filter(({ word }) => word.startsWith(current)).map(({ word, about }) => (about ? `${word}\t${about}` : word));
  } catch {
    return [];
  }
}

async function candidates(
  before: readonly string[],
  current: string,
  { at, entries }: { at: CompletionContext; entries: readonly CommandEntry[] },
): Promise<readonly Candidate[]> {
  const line = await readLine(before, at.globalFlags, entries);
  if (line.ended) return [];
  const flags = [...(line.command?.flags ?? []), ...at.globalFlags];
  const cluster = clusterOn(line);
  if (line.awaiting) return valuesOf(line.awaiting, cluster, at);
  if (current.startsWith('-')) return completeFlags(current, flags, line.flags);
  if (line.command === undefined) return line.entries.map(({ name, summary }) => ({ word: name, about: summary }));
  const argument = argumentAt(line.command, line.words.length);
  return argument?.completes ? candidatesFor(argument.completes, { cluster, at }) : [];
}

/** What stands before the cursor, as the program would read it. */
interface Line {
  readonly entries: readonly CommandEntry[];
  readonly command: Command | undefined;
  /** Words of the command that are no flags. */
  readonly words: readonly string[];
  /** Flags so far, with their values. */
  readonly flags: ReadonlyMap<string, string | undefined>;
  /** The flag whose value comes next. */
  readonly awaiting: FlagSpec | undefined;
  /** After `--`, everything belongs to another program. */
  readonly ended: boolean;
}

async function readLine(
  before: readonly string[],
  globalFlags: readonly FlagSpec[],
  commandEntries: readonly CommandEntry[],
): Promise<Line> {
  let entries = commandEntries;
  let command: Command | undefined;
  let awaiting: FlagSpec | undefined;
  const words: string[] = [];
  const flags = new Map<string, string | undefined>();
  for (const word of before) {
    if (word === '--') return { entries, command, words, flags, awaiting: undefined, ended: true };
    if (awaiting) {
      flags.set(awaiting.flag, word);
      awaiting = undefined;
    } else if (word.startsWith('-')) {
      const [name = word, value] = word.split('=', 2);
      const spec = flagNamed(name, [...(command?.flags ?? []), ...globalFlags]);
      if (spec) flags.set(spec.flag, value);
      if (spec && value === undefined && takesValue(spec)) awaiting = spec;
    } else if (command) words.push(word);
    else {
      const loaded = await entries.find(({ name }) => name === word)?.load();
      if (loaded === undefined) return { entries: [], command, words, flags, awaiting, ended: true };
      if ('commands' in loaded.command) entries = loaded.command.commands;
      else command = loaded.command;
    }
  }
  return { entries, command, words, flags, awaiting, ended: false };
}

function argumentAt(command: Command, index: number): ArgumentSpec | undefined {
  const specs = command.arguments ?? [];
  const last = specs.at(-1);
  return specs[index] ?? (last?.variadic ? last : undefined);
}

/** The cluster that the line names, by flag or as an argument. */
function clusterOn({ command, words, flags }: Line): string | undefined {
  const flagged = [...flags].find(([flag]) => flag.startsWith('--cluster '))?.[1];
  const index = (command?.arguments ?? []).findIndex(({ completes }) => completes === 'cluster');
  return words[index] ?? flagged;
}

async function valuesOf(flag: FlagSpec, cluster: string | undefined, at: CompletionContext): Promise<readonly Candidate[]> {
  if (flag.choices) return flag.choices.map((word) => ({ word }));
  const placeholder = /<(\w+)>/.exec(flag.flag)?.[1];
  if (flag.flag.startsWith('--cluster ')) return candidatesFor('cluster', { cluster, at });
  if (flag.flag.startsWith('--namespace ')) return candidatesFor('namespace', { cluster, at });
  return placeholder === 'node' || placeholder === 'job' ? candidatesFor(placeholder, { cluster, at }) : [];
}
