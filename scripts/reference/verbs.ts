import type { Command, CommandEntry } from '../../src/commands/command.js';

/** A command with the words that call it: `nomadctl job deploy`. */
export interface Verb {
  readonly path: string;
  readonly summary: string;
  readonly command: Command;
  readonly passThrough: boolean;
}

/** All commands below some entries, those of groups too, in the order of help. */
export async function verbsOf(entries: readonly CommandEntry[], path = 'nomadctl'): Promise<Verb[]> {
  const loaded = await Promise.all(
    entries.map(async ({ name, summary, load, passThrough = false }) => {
      const { command } = await load();
      const here = `${path} ${name}`;
      return 'commands' in command ? verbsOf(command.commands, here) : [{ path: here, summary, command, passThrough }];
    }),
  );
  return loaded.flat();
}

/** `nomadctl up [name]` */
export function usageOf({ path, command }: Pick<Verb, 'path' | 'command'>): string {
  const words = (command.arguments ?? []).map(({ name, required, variadic }) => {
    const word = variadic ? `${name}...` : name;
    return required ? `<${word}>` : `[${word}]`;
  });
  return [path, ...words].join(' ');
}
