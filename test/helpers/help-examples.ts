import { commands } from '../../src/commands/index.js';
import type { CommandEntry } from '../../src/commands/command.js';

/** Every example of every help, with its command: `['job scale', 'nomadctl job scale redis web 3']`. */
export async function helpExamples(entries: readonly CommandEntry[] = commands, before = ''): Promise<(readonly [string, string])[]> {
  const found = await Promise.all(
    entries.map(async ({ name, load }) => {
      const { command } = await load();
      const path = `${before}${name}`;
      return 'commands' in command ? helpExamples(command.commands, `${path} `) : command.examples.map((line) => [path, line] as const);
    }),
  );
  return found.flat();
}
