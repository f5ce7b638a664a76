import { expect, test } from 'vitest';
import { openRules } from '../../../../src/machines/network/iptables.js';
import { namesFor } from '../../../../src/machines/network/names.js';
import { runCommand, type RunCommand } from '../../../../src/machines/run-command.js';

const names = namesFor('demo');
const nothing = { names, pool: '127.64.0.0/22', bridges: [], peerings: [], exposures: [], balancers: [], ways: [], nameservers: [] };

/** Runs `sh` with this script in place of iptables. */
const pretending =
  (script: string): RunCommand =>
  (program, _args, options) =>
    runCommand('sh', ['-c', script, program], options);

test.each([
  {
    case: 'an engine without iptables',
    run: pretending('[ "$0" = iptables-save ] || { echo "Chain DOCKER-USER does not exist" >&2; exit 2; }'),
    why: ['the container engine runs without iptables'],
    next: 'sudo iptables-save',
  },
  {
    case: 'no iptables at all',
    run: ((program, args, options) => runCommand(`/nowhere/${program}`, args, options)) as RunCommand,
    why: [],
    next: 'sudo apt-get install iptables',
  },
])('$case: refused with the reason', async ({ run, why, next }) => {
  await expect(openRules(names, run).apply(nothing)).rejects.toMatchObject({
    code: 'emulator-iptables',
    why: expect.arrayContaining(why),
    next,
  });
});

test('hooks that are there are put first again, in the same change', async () => {
  const hook = `OUTPUT -m comment --comment "${names.comment}" -j ${names.chain('OUT')}`;
  const texts: string[] = [];
  const run: RunCommand = async (program, _args, options) => {
    if (program === 'iptables-save') return `*filter\n:${names.chain('OUT')} - [0:0]\n-A ${hook}\nCOMMIT\n`;
    texts.push(String(options?.input));
    return '';
  };
  await openRules(names, run).apply(nothing);
  expect(texts).toHaveLength(1);
  expect(texts[0]).toContain(`-D ${hook}\n-I ${hook}\n`);
});

test('where nothing of it is, nothing is taken out', async () => {
  const called: string[] = [];
  const run: RunCommand = async (program) => {
    called.push(program);
    return '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n';
  };
  await openRules(names, run).remove();
  expect(called).toEqual(['iptables-save']);
});
