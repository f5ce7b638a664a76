import { expect, test } from 'vitest';
import type { CommandEntry } from '../../../src/commands/command.js';
import { commands } from '../../../src/commands/index.js';
import { endOwnOptions } from '../../../src/cli/end-own-options.js';

test.each([
  ['ssh client-1 uname -n', 'ssh client-1 -- uname -n'],
  ['ssh --cluster prod client-1 ls --json', 'ssh --cluster prod client-1 -- ls --json'],
  ['--cluster prod ssh client-1 ls', '--cluster prod ssh client-1 -- ls'],
  ['ssh client-1 --cluster prod ls -v', 'ssh client-1 --cluster prod -- ls -v'],
  ['ssh client-1 --cluster=prod', 'ssh client-1 --cluster=prod'],
  ['exec nomad -version', 'exec nomad -- -version'],
  ['exec client-1 docker ps --quiet', 'exec client-1 -- docker ps --quiet'],
  ['exec client-1 sh -c ssh', 'exec client-1 -- sh -c ssh'],
  ['exec -- terraform plan', 'exec -- terraform plan'],
  ['ssh client-1 -- ls -v', 'ssh client-1 -- ls -v'],
  ['ssh --help', 'ssh --help'],
  ['up --clients 3 --json', 'up --clients 3 --json'],
  ['job logs ssh -f', 'job logs ssh -f'],
  ['', ''],
])('%s', (given, expected) => {
  const words = (line: string): string[] => line.split(' ').filter(Boolean);
  expect(endOwnOptions(words(given), commands)).toEqual(words(expected));
});

test('commands that end in words of another program say so', async () => {
  const taking: string[] = [];
  for (const { name, load } of commands as readonly CommandEntry[]) {
    const { command } = await load();
    const last = 'arguments' in command ? command.arguments?.at(-1) : undefined;
    if (last?.variadic && /program/.test(last.summary)) taking.push(name);
  }
  expect(commands.filter(({ passThrough }) => passThrough).map(({ name }) => name)).toEqual(taking);
});
