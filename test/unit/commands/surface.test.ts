import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Command, CommandEntry } from '../../../src/commands/command.js';
import { commands } from '../../../src/commands/index.js';
import { globalFlags } from '../../../src/cli/global-flags.js';

const golden = fileURLToPath(new URL('../../golden/cli-surface.txt', import.meta.url));

interface Verb {
  readonly path: string;
  readonly summary: string;
  readonly command: Command;
  readonly passThrough: boolean;
}

async function verbsOf(entries: readonly CommandEntry[], path = 'nomadctl'): Promise<Verb[]> {
  const loaded = await Promise.all(
    entries.map(async ({ name, summary, load, passThrough = false }) => {
      const { command } = await load();
      const here = `${path} ${name}`;
      return 'commands' in command ? verbsOf(command.commands, here) : [{ path: here, summary, command, passThrough }];
    }),
  );
  return loaded.flat();
}

const verbs = await verbsOf(commands);

function linesOf({ path, summary, command }: Verb): string[] {
  const words = (command.arguments ?? []).map(({ name, required, variadic }) => {
    const word = variadic ? `${name}...` : name;
    return required ? `<${word}>` : `[${word}]`;
  });
  return [`${[path, ...words].join(' ')}   ${summary}`, ...(command.flags ?? []).map(({ flag }) => `    ${flag}`)];
}

test('the command surface is as the golden file says', async () => {
  await expect(`${verbs.flatMap(linesOf).join('\n')}\n`).toMatchFileSnapshot(golden);
});

describe.each(verbs)('$path', ({ path, command, passThrough }) => {
  const known = [...(command.flags ?? []), ...globalFlags].flatMap(({ flag }) =>
    flag.split(/[ ,]+/).filter((word) => word.startsWith('-')),
  );

  test('has examples of itself, with flags that exist', () => {
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) {
      expect(example).toContain(path);
      const own = example.slice(example.indexOf(path) + path.length).split(/\s--\s|[|)]/)[0] ?? '';
      const flags = own.split(/\s+/).filter((word) => /^-{1,2}[a-z]/.test(word));
      // What follows a program's name belongs to that program.
      if (!passThrough) expect(flags.map((flag) => flag.split('=')[0]).filter((flag) => !known.includes(flag ?? ''))).toEqual([]);
    }
  });

  test('describes every argument and flag', () => {
    for (const { summary } of [...(command.arguments ?? []), ...(command.flags ?? [])]) expect(summary).not.toBe('');
    const flags = (command.flags ?? []).map(({ flag }) => flag);
    expect(new Set(flags).size).toBe(flags.length);
  });
});
