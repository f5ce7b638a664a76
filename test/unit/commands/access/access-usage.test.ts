import { describe, expect, it, test } from 'vitest';
import { command as group } from '../../../../src/commands/access/index.js';
import type { Command, CommandEntry, CommandGroup, CommandInput } from '../../../../src/commands/command.js';
import { createTestContext } from '../../../helpers/test-context.js';
import { thrown } from '../../../helpers/thrown.js';

/** A command of the group by its words. */
async function commandOf(words: readonly string[]): Promise<Command> {
  let found: Command | CommandGroup = group;
  for (const word of words) {
    const entry: CommandEntry | undefined = 'commands' in found ? found.commands.find(({ name }) => name === word) : undefined;
    if (!entry) throw new Error(`there is no ${words.join(' ')}`);
    found = (await entry.load()).command;
  }
  return found as Command;
}

async function failureOf(words: string, input: Partial<CommandInput>): Promise<{ code: string; exitCode: number }> {
  const command = await commandOf(words.split(' '));
  const ctx = await createTestContext();
  return thrown(() => command.run({ args: {}, flags: {}, ...input }, ctx));
}

test.each([
  ['token create', { args: { name: 'a b' } }, 'name-invalid'],
  ['token create', { args: { name: '-x' } }, 'name-invalid'],
  ['token create', { args: { name: 'ci' }, flags: { ttl: '5y' } }, 'ttl-invalid'],
  ['token create', { args: { name: 'ci' }, flags: { role: 'operator', namespace: 'team' } }, 'namespace-unused'],
  ['token create', { args: { name: 'ci' }, flags: { role: 'deployer', namespace: 'te"am' } }, 'namespace-invalid'],
  ['namespace create', { args: { namespace: 'a_b' } }, 'namespace-invalid'],
  ['namespace create', { args: { namespace: 'default' } }, 'namespace-default'],
  ['namespace create', { args: { namespace: 'team' }, flags: { service: ['a|b'] } }, 'service-invalid'],
  ['namespace create', { args: { namespace: 'team' }, flags: { release: ['.*'] } }, 'service-invalid'],
  ['namespace delete', { args: { namespace: 'default' } }, 'namespace-default'],
  ['intention allow', { args: { source: 'web', destination: 'a b' } }, 'service-invalid'],
  ['intention deny', { args: { source: '', destination: 'redis' } }, 'service-invalid'],
])('access %s of %j is refused as %s before anything is asked', async (words, input, code) => {
  expect(await failureOf(words, input)).toMatchObject({ code, exitCode: 2 });
});

describe('without a cluster', () => {
  it.each([
    ['token list', {}],
    ['token create', { args: { name: 'ci' } }],
    ['token revoke', { args: { name: 'ci' } }],
    ['namespace list', {}],
    ['namespace create', { args: { namespace: 'team' } }],
    ['intention list', {}],
    ['recover', {}],
  ])('access %s says that it is not there', async (words, input) => {
    expect((await failureOf(words, input)).code).toMatch(/^cluster-(unknown|not-up)$/);
  });
});
