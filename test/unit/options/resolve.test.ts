import { describe, expect, it } from 'vitest';
import { AnswerNeededError, UsageError } from '../../../packages/base/src/errors.js';
import { nomadctl } from '../../../packages/base/src/hint/hint.js';
import { count, text, type OptionTable } from '../../../src/options/option.js';
import { flagKey, PRECEDENCE, resolveOptions, settled, type OptionInputs } from '../../../src/options/resolve.js';
import { sampleTable } from '../../helpers/sample-target.js';
import { thrown } from '../../helpers/thrown.js';

describe('precedence', () => {
  const everywhere: Required<OptionInputs> = {
    flags: { clients: '5' },
    env: { NOMADCTL_CLIENTS: '4' },
    file: { clients: { value: 3, where: '/home/cluster.yaml:4' } },
    answers: { clients: 7 },
    made: { clients: 6 },
  };
  const inputOf = { flag: 'flags', environment: 'env', file: 'file', answer: 'answers', cluster: 'made' } as const;
  const expected = {
    flag: [5, '--clients'],
    environment: [4, 'NOMADCTL_CLIENTS'],
    file: [3, '/home/cluster.yaml:4'],
    answer: [7, ''],
    cluster: [6, ''],
    default: [2, ''],
  } as const;

  it.each(PRECEDENCE.map((kind, index) => [kind, PRECEDENCE.slice(0, index)] as const))(
    '%s wins when none of [%s] is there',
    (kind, stronger) => {
      const left = Object.fromEntries(
        Object.entries(everywhere).filter(([name]) => !stronger.some((other) => other !== 'default' && inputOf[other] === name)),
      );
      const inputs = kind === 'default' ? {} : left;
      const { settings, sources, problems } = resolveOptions(sampleTable, inputs);
      expect([settings.clients, sources['clients']?.where]).toEqual(expected[kind]);
      expect(sources['clients']?.kind).toBe(kind);
      expect(problems).toEqual([]);
    },
  );

  it('is flag, environment, file, answer, what the cluster was made with, default', () => {
    expect(PRECEDENCE).toEqual(['flag', 'environment', 'file', 'answer', 'cluster', 'default']);
  });

  it('takes an empty variable for none', () => {
    expect(resolveOptions(sampleTable, { env: { NOMADCTL_CLIENTS: '' } }).settings.clients).toBe(2);
  });
});

describe('values', () => {
  it('reads every kind from text', () => {
    const flags = {
      clients: '3',
      splitRoles: 'yes',
      drivers: 'exec, docker',
      addressing: 'ports',
      datacenter: ' east ',
      versionsConsul: '1.22.0',
    };
    const { settings, problems } = resolveOptions(sampleTable, { flags });
    expect(problems).toEqual([]);
    expect(settings).toEqual({
      servers: 1,
      clients: 3,
      splitRoles: true,
      drivers: ['exec', 'docker'],
      addressing: 'ports',
      datacenter: 'east',
      'versions.consul': '1.22.0',
      'versions.nomad': 'default',
    });
  });

  it('takes a switch from the command line, on and off', () => {
    expect(resolveOptions(sampleTable, { flags: { splitRoles: true } }).settings.splitRoles).toBe(true);
    expect(resolveOptions(sampleTable, { flags: { splitRoles: false }, env: { NOMADCTL_SPLIT_ROLES: 'true' } }).settings.splitRoles).toBe(
      false,
    );
  });

  it.each([
    [{ clients: 'two' }, '--clients: must be a whole number (got "two")'],
    [{ clients: '2.5' }, '--clients: must be a whole number (got "2.5")'],
    [{ clients: '99999999999999999999' }, '--clients: must be a whole number (got 100000000000000000000)'],
    [{ clients: '-1' }, '--clients: must not be negative (got -1)'],
    [{ servers: '2' }, '--servers: must be 1 or 3 (got 2)'],
    [{ drivers: ' , ' }, '--drivers: must have at least one word (got none)'],
    [{ splitRoles: 'perhaps' }, '--split-roles: must be true or false (got "perhaps")'],
    [{ addressing: 'adresses' }, '--addressing: must be one of auto, addresses, ports (got "adresses"; did you mean "addresses"?)'],
  ])('%j: %s', async (flags, message) => {
    const resolution = resolveOptions(sampleTable, { flags });
    const error = await thrown(() => settled(resolution, sampleTable, nomadctl`up --help`));
    expect([error.message, error.code, error.exitCode]).toEqual([message, 'option-invalid', 2]);
  });
});

describe('problems', () => {
  it('are reported together, whatever their source', async () => {
    const resolution = resolveOptions(sampleTable, { flags: { clients: 'two' }, env: { NOMADCTL_SERVERS: 'x', NOMADCTL_ADDRESSING: 'y' } });
    const error = await thrown(() => settled(resolution, sampleTable, nomadctl`up --help`));
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toBe('3 settings are wrong');
    expect(error.why).toEqual([
      'NOMADCTL_SERVERS: must be a whole number (got "x")',
      '--clients: must be a whole number (got "two")',
      'NOMADCTL_ADDRESSING: must be one of auto, addresses, ports (got "y")',
    ]);
    expect(error.next).toEqual('nomadctl up --help');
  });

  it('cut a long value', () => {
    const { problems } = resolveOptions(sampleTable, { flags: { clients: 'x'.repeat(500) } });
    expect(problems[0]?.text.length).toBeLessThan(120);
  });
});

describe('what nobody gave', () => {
  const table: OptionTable = {
    project: text({ summary: 'the project' }),
    'zone.count': count({ summary: 'zones' }),
    clients: sampleTable.clients,
  };

  it('is named in one error, with flag and variable', async () => {
    const error = await thrown(() => settled(resolveOptions(table, {}), table, nomadctl`init`));
    expect(error).toBeInstanceOf(AnswerNeededError);
    expect(error.message).toContain('--project, --zone-count');
    expect(error.why).toEqual(['--project or NOMADCTL_PROJECT: the project', '--zone-count or NOMADCTL_ZONE_COUNT: zones']);
    expect(error.details).toEqual({ flags: ['--project', '--zone-count'] });
  });

  it('comes after what is wrong', async () => {
    expect(await thrown(() => settled(resolveOptions(table, { flags: { clients: 'x' } }), table, nomadctl`init`))).not.toBeInstanceOf(
      AnswerNeededError,
    );
  });
});

it('names flags as the program does', () => {
  expect(['clients', 'splitRoles', 'versions.consul'].map(flagKey)).toEqual(['clients', 'splitRoles', 'versionsConsul']);
});
