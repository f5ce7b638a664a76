import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { usageOf, verbsOf, type Verb } from '../../../scripts/reference/verbs.js';
import { commands } from '../../../src/commands/index.js';
import { globalFlags } from '../../../src/cli/global-flags.js';

const golden = fileURLToPath(new URL('../../golden/cli-surface.txt', import.meta.url));

const verbs = await verbsOf(commands);

function linesOf(verb: Verb): string[] {
  return [`${usageOf(verb)}   ${verb.summary}`, ...(verb.command.flags ?? []).map(({ flag }) => `    ${flag}`)];
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
