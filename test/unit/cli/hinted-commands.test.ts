import { expect, test } from 'vitest';
import * as hinted from '../../../packages/base/src/hint/complete-words.js';
import type { Command, CommandEntry } from '../../../src/commands/command.js';
import { commands } from '../../../src/commands/index.js';

/** Every command by its words, and the groups that they are in. */
async function everyCommand(entries: readonly CommandEntry[], before = ''): Promise<Map<string, Command | 'group'>> {
  const found = new Map<string, Command | 'group'>();
  for (const { name, load } of entries) {
    const { command } = await load();
    const path = `${before}${name}`;
    if (!('commands' in command)) found.set(path, command);
    else
      for (const [inner, one] of [[path, 'group'] as const, ...(await everyCommand(command.commands, `${path} `))]) found.set(inner, one);
  }
  return found;
}

const all = await everyCommand(commands);
const commandsThat = (is: (command: Command, path: string) => boolean): string[] =>
  [...all].flatMap(([path, command]) => (command !== 'group' && is(command, path) ? [path] : [])).sort();
/** `--var <name=value>` is `var`, `--no-verify` is `verify`. */
const flagsOf = ({ flags = [] }: Command): string[] =>
  flags.map(({ flag }) => (/--(?:no-)?([a-z-]+)/.exec(flag)?.[1] ?? '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()));

test('groups are those that hold commands', () => {
  // What is inside of a group of a group is said by the words after it.
  const groups = [...all].flatMap(([path, command]) => (command === 'group' && !path.includes(' ') ? [path] : []));
  expect(groups.sort()).toEqual([...hinted.GROUPS].sort());
});

test('what takes the cluster as its argument does', () => {
  const named = commandsThat(({ arguments: [first] = [] }, path) => first?.completes === 'cluster' && path !== 'use');
  // A new cluster's name is completed by nobody.
  expect([...named, ...(named.includes('init') ? [] : ['init'])].sort()).toEqual([...hinted.NAMED].sort());
});

test('what passes words on is what the parser leaves alone', () => {
  expect(commands.flatMap(({ name, passThrough }) => (passThrough ? [name] : [])).sort()).toEqual([...hinted.PASS_ON].sort());
});

test('what is meant in a namespace has a flag for it', () => {
  const jobs = commandsThat((command, path) => path.startsWith('job ') && command.arguments?.[0]?.name === 'job');
  const flagged = jobs.filter((path) => flagsOf(all.get(path) as Command).includes('namespace'));
  expect(flagged).toEqual([...hinted.IN_NAMESPACE].sort());
  for (const path of hinted.READS_FILE) expect(hinted.IN_NAMESPACE).toContain(path);
});

test('what is carried over can be given there', () => {
  for (const [path, flags] of Object.entries(hinted.CARRIED)) {
    const command = all.get(path);
    expect(command, path).toBeTypeOf('object');
    expect(flagsOf(command as Command), path).toEqual(expect.arrayContaining([...flags]));
  }
});

test('what is without a cluster is there', () => {
  for (const path of hinted.WITHOUT_CLUSTER) expect([...all.keys()], path).toContain(path);
});
