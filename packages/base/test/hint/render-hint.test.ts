import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { again, asRoot, edit, GIVEN_JOB, hint, nomadctl, shell, type Hint } from '../../src/hint/hint.js';
import type { GivenCommand } from '../../src/hint/given-command.js';
import { renderHint } from '../../src/hint/render-hint.js';

const other = { name: 'prod', isUsual: false };
const usual = { name: 'dev', isUsual: true };
const deploy: GivenCommand = {
  path: ['job', 'deploy'],
  args: { job: './my jobs/web.hcl' },
  flags: { var: ['text=a b', 'mem=$5'], varFile: ["it's.hcl"], namespace: 'team', patient: true, plan: true, checkIndex: '7' },
};

describe('a command of ours', () => {
  test.each<[string, Hint, GivenCommand, string]>([
    ['alone', nomadctl`job status ${'web'}`, {}, 'nomadctl job status web'],
    ['quotes what a shell would change', nomadctl`job status ${'a b'}`, {}, "nomadctl job status 'a b'"],
    ['keeps an empty value', nomadctl`config set zones ${''}`, {}, "nomadctl config set zones ''"],
    ['takes a value as a part of a word', nomadctl`mirror serve --listen ${'::1'}:${0}`, {}, 'nomadctl mirror serve --listen ::1:0'],
    ['takes a list as words', nomadctl`tools install ${['consul', 'nomad']}`, {}, 'nomadctl tools install consul nomad'],
    ['leaves placeholders to their reader', nomadctl`config set zones <zone>`, {}, 'nomadctl config set zones <zone>'],
    ['names another cluster', nomadctl`job list`, { cluster: other }, 'nomadctl job list --cluster prod'],
    ['does not name the usual one', nomadctl`job list`, { cluster: usual }, 'nomadctl job list'],
    ['does not name one twice', nomadctl`images list --cluster x`, { cluster: other }, 'nomadctl images list --cluster x'],
    ['names it as an argument', nomadctl`status`, { cluster: other }, 'nomadctl status prod'],
    ['names it before flags', nomadctl`up --clients 2`, { cluster: other }, 'nomadctl up prod --clients 2'],
    ['always, where it is made or ended', nomadctl`up`, { cluster: usual }, 'nomadctl up dev'],
    ['not where there is none', nomadctl`tools list`, { cluster: other }, 'nomadctl tools list'],
    ['not in a help', nomadctl`up --help`, { cluster: other }, 'nomadctl up --help'],
    ['before words of others', nomadctl`exec nomad node status`, { cluster: other }, 'nomadctl exec --cluster prod nomad node status'],
    ['as it was started', nomadctl`list`, { program: ['node', 'bin/nomadctl.js'] }, 'node bin/nomadctl.js list'],
    ['in the namespace that was found', nomadctl`job logs web`, { namespace: 'team' }, 'nomadctl job logs web --namespace team'],
    ['not in that of everybody', nomadctl`job logs web`, { namespace: 'default' }, 'nomadctl job logs web'],
  ])('%s', (_, given, command, line) => {
    expect(renderHint(given, command)).toBe(line);
  });
});

describe('the job that was given', () => {
  test.each<[string, Hint, string]>([
    [
      'is deployed from its file, with its variables',
      nomadctl`job deploy ${GIVEN_JOB} --queue`,
      "nomadctl job deploy './my jobs/web.hcl' --queue --var 'text=a b' --var 'mem=$5' --var-file 'it'\\''s.hcl' --patient --namespace team",
    ],
    [
      'is planned with the same',
      nomadctl`job plan ${GIVEN_JOB}`,
      "nomadctl job plan './my jobs/web.hcl' --var 'text=a b' --var 'mem=$5' --var-file 'it'\\''s.hcl' --namespace team",
    ],
    ['is shown without', nomadctl`job show ${GIVEN_JOB}`, "nomadctl job show './my jobs/web.hcl'"],
  ])('%s', (_, next, line) => {
    expect(renderHint(next, deploy)).toBe(line);
  });

  test('is a file that only its user knows, where an id was given', () => {
    const given = { path: ['job', 'scale'], args: { job: 'web', group: '3' }, flags: {} };
    expect(renderHint(nomadctl`job deploy ${GIVEN_JOB}`, given)).toBe('nomadctl job deploy <job-file>');
  });
});

describe('again', () => {
  test.each<[string, Hint, GivenCommand, string]>([
    [
      'is all that was given, without what only looks',
      again(),
      { path: ['up'], args: { name: undefined }, flags: { servers: '3', splitRoles: false, plan: true, exitCode: true }, cluster: other },
      'nomadctl up prod --servers 3 --no-split-roles',
    ],
    [
      'takes a flag otherwise',
      again({ parallel: '1' }),
      { path: ['build-images'], flags: { parallel: '3' } },
      'nomadctl build-images --parallel 1',
    ],
    ['leaves one out', again({ from: undefined }), { path: ['up'], args: { name: 'x' }, flags: { from: 'a' } }, 'nomadctl up x'],
    [
      'repeats flags',
      again(),
      { path: ['up'], args: { name: 'x' }, flags: { replaceHost: ['a', 'b'] } },
      'nomadctl up x --replace-host a --replace-host b',
    ],
    ['agrees', again({ yes: true }), { path: ['down'], args: { name: 'x' } }, 'nomadctl down x --yes'],
    ['agrees as before', again(), { path: ['down'], args: { name: 'x' }, yes: true }, 'nomadctl down x --yes'],
    [
      'adds to a list',
      again({ var: ['b=<value>'] }),
      { path: ['job', 'plan'], args: { job: 'web' }, flags: { var: ['a=1'] } },
      'nomadctl job plan web --var a=1 --var b=<value>',
    ],
    [
      'leaves an argument out',
      again({ task: undefined }),
      { path: ['job', 'logs'], args: { job: 'web', task: 'x' } },
      'nomadctl job logs web',
    ],
    [
      'takes back a driver that was a variable',
      again({ driver: undefined }),
      { path: ['job', 'plan'], args: { job: 'web' }, flags: { var: ['driver=exec', 'a=1'] } },
      'nomadctl job plan web --var a=1',
    ],
    ['is a word where nothing is known', again({ yes: true }), {}, 'run the same command again with --yes'],
  ])('%s', (_, next, given, line) => {
    expect(renderHint(next, given)).toBe(line);
  });
});

test('prose holds commands of ours and of others, and only they are painted', () => {
  const next = hint`${shell`mv ${'a b'} c`}, then ${nomadctl`init`}; ${asRoot`apt-get install x`} or ${edit('/a b')}`;
  const paint = (command: string): string => `[${command}]`;
  expect(renderHint(next, { cluster: other, asRoot: '' }, paint)).toBe(
    "[mv 'a b' c], then [nomadctl init prod]; [apt-get install x] or \"${EDITOR:-vi}\" ['/a b']",
  );
  expect(renderHint(asRoot`sysctl -w a=1`)).toBe('sudo sysctl -w a=1');
});

test('a thousand words come through a real shell as they are', () => {
  let state = 7;
  const random = (below: number): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % below;
  const letters = [...'ab ~$`"\'\\*?[]{}()<>|&;!#=%^\n\té,:/@+-.'];
  const words = Array.from({ length: 1000 }, () => Array.from({ length: 1 + random(12) }, () => letters[random(letters.length)]).join(''));
  // What looks like a place for a value is left to be one.
  const real = ['', '~', '~root', '$HOME', '*', '=ls', '-n', '--', ...words].filter((word) => !/^([\w.-]+=)?<[a-z-]+>$/.test(word));
  const line = renderHint(shell`printf ${['%s\\0', ...real]}`);
  expect(
    execFileSync('sh', ['-c', line], { encoding: 'utf8', maxBuffer: 2 ** 24 })
      .split('\0')
      .slice(0, -1),
  ).toEqual(real);
});

test.each([
  [{ path: ['state', 'backup', 'show'], flags: { from: 'rel/dir' } }, nomadctl`state backup restore x --plan`, '--from rel/dir'],
  [{ path: ['state', 'backup', 'create'], flags: { to: '/mnt/a b' } }, nomadctl`state backup restore x --plan`, "--from '/mnt/a b'"],
  [{ path: ['state', 'backup', 'list'], flags: { from: 'rel/dir' } }, nomadctl`state backup create`, '--to rel/dir'],
])('backups are meant in the folder that was given: %o', (given, hint, expected) => {
  expect(renderHint(hint, given)).toBe(`${renderHint(hint)} ${expected}`);
});

test.each([
  [{ path: ['state', 'backup', 'restore'], flags: { from: 'rel/dir' } }, nomadctl`state doctor prod`],
  [{ path: ['state', 'backup', 'show'], flags: {} }, nomadctl`state backup list`],
  [{ path: ['mirror', 'build'], flags: { to: 'dir' } }, nomadctl`state backup list`],
])('and elsewhere nothing is said of it: %o', (given, hint) => {
  expect(renderHint(hint, given)).toBe(renderHint(hint));
});
