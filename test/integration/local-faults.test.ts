import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openLab, problemsWhenDown, problemsWhenUp, type Lab } from '../helpers/lab.js';
import { requireTool } from '../helpers/require-tool.js';
import { runCli, type CliResult } from '../helpers/run-cli.js';
import { canMount, tinyDisk } from '../helpers/tiny-disk.js';

const consul = requireTool('consul');
const nomad = requireTool('nomad');
const ready = consul !== undefined && nomad !== undefined;
const isRoot = process.getuid?.() === 0;

function lab(options?: Parameters<typeof openLab>[0]): Lab {
  const opened = openLab(options);
  onTestFinished(() => opened.end());
  return opened;
}

/** The three parts of every failure: what, why or next, and no stack. */
function expectExplained({ stderr, code }: CliResult, wanted: { code: number; says: (string | RegExp)[] }): void {
  expect(code, stderr).toBe(wanted.code);
  expect(stderr).toMatch(/^✖ /m);
  expect(stderr).toMatch(/^ {2}next {2}\S/m);
  expect(stderr).not.toMatch(/^ +at .+:\d+/m);
  for (const words of wanted.says) {
    if (typeof words === 'string') expect(stderr).toContain(words);
    else expect(stderr).toMatch(words);
  }
}

describe('wrong words', () => {
  test.for([
    [['up', '--cleints', '3'], /--cleints.*\n.*--clients/],
    [['upp'], /unknown command 'upp'\n.*up/],
    [['up', '--clients', 'many'], /--clients: must be a whole number \(got "many"\)/],
    [['up', '--servers', '2'], /--servers: must be 1, 3 or 5/],
    [['up', '--only', 'start-consl'], /did you mean "start-consul"/],
    [['up', '--from', 'nowhere'], /its steps are check-tools, .*wait-for-clients/],
    [['down', 'Not/AName'], /Not\/AName/],
    [['logs', 'server-9'], /server-9/],
    [['ui', 'nomd'], /did you mean "nomad"/],
    [['job', 'deploy', 'reds'], /reds/],
  ] as [string[], RegExp][])('%j: exit 2 with what was meant', async ([argv, says]) => {
    const opened = lab();
    expectExplained(await opened.run(argv), { code: 2, says: [says] });
    // Nothing was made for a command line that was wrong.
    expect(readdirSync(opened.home).filter((name) => name !== 'tool-probes.json')).toEqual([]);
  });

  test('a name close to a cluster that is there is taken for a slip', async () => {
    const opened = lab();
    await opened.must(['init', 'staging', '--yes']);
    expectExplained(await opened.run(['down', 'stagin']), { code: 2, says: ['did you mean "staging"'] });
    expectExplained(await opened.run(['status', 'stagin']), { code: 2, says: ['did you mean "staging"'] });
  });

  test('a cluster file with five mistakes shows all five, with line and column', async () => {
    const opened = lab();
    const { dir, file } = opened.paths();
    mkdirSync(dir, { recursive: true });
    const text = 'version: 1\ntarget: local\nservers: 2\ncleints: 3\nclients: -1\naddressing: somewhere\ndatacenter: "a b"\n';
    writeFileSync(file, text);
    const result = await opened.run(['up']);
    expectExplained(result, { code: 2, says: [/:3:\d+/, /:4:\d+/, /:5:\d+/, /:6:\d+/, /:7:\d+/, 'clients'] });
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(readdirSync(dir)).toEqual(['cluster.yaml']);
  });
});

describe('a journal that cannot be read', () => {
  test.for([
    ['empty', '', 'the file is empty'],
    ['torn', '{"version":1,"cluster":"dev","sta', 'it is not whole JSON'],
    ['newer', '{"version":99}', 'a newer nomadctl wrote it'],
    ['older', '{"version":0}', 'knows no way from there'],
    ['of another shape', '{"version":1,"cluster":"dev","state":{},"steps":[],"runs":[]}', 'steps'],
  ] as const)('%s: explained, and left as it is', async ([, text, says]) => {
    const opened = lab();
    const { dir, journal } = opened.paths();
    mkdirSync(dir, { recursive: true });
    writeFileSync(journal, text);
    for (const argv of [['up'], ['down'], ['down', '--keep-data'], ['status'], ['env'], ['up', '--plan']]) {
      expectExplained(await opened.run(argv), { code: 2, says: ['the journal of cluster dev cannot be read', says, journal] });
    }
    expect((await opened.must(['list'])).stdout).toContain('unreadable');
    expect(readFileSync(journal, 'utf8')).toBe(text);
    expect(readdirSync(dir)).toEqual(['journal.json']);
  });

  test.skipIf(!ready)('put aside as the message says, up adopts what is running', async () => {
    const opened = lab();
    await opened.must(['up', '--clients', '1']);
    const { journal, dir } = opened.paths();
    writeFileSync(journal, readFileSync(journal, 'utf8').slice(0, 400));
    const before = opened.agents();
    const { stderr } = await opened.run(['up']);
    const next = /next {2}(mv \S+ \S+) && /.exec(stderr)?.[1] ?? '';
    execFileSync('sh', ['-c', next]);
    await opened.must(['up']);
    expect(await problemsWhenUp(opened, ['server-1', 'client-1'])).toEqual([]);
    expect(opened.agents()).toEqual(before);
    await opened.must(['down']);
    expect(readdirSync(dir)).toEqual(['journal.json.damaged']);
  });
});

describe('a disk', () => {
  test.skipIf(!canMount)('full before: says so, and what was there is intact', async () => {
    const disk = await tinyDisk();
    const home = join(disk.path, 'home');
    await runCli(['init', '--yes'], { home });
    const file = join(home, 'clusters', 'dev', 'cluster.yaml');
    const text = readFileSync(file, 'utf8');
    fill(join(disk.path, 'filler'));
    expectExplained(await runCli(['up'], { home }), { code: 3, says: [/no space is left/, /free some space/] });
    const set = await runCli(['config', 'set', 'clients', '3'], { home });
    expectExplained(set, { code: 3, says: [/no space is left/] });
    expect(readFileSync(file, 'utf8')).toBe(text);
    // To look costs no space.
    expect((await runCli(['list'], { home })).code).toBe(0);
    expect((await runCli(['down'], { home })).stderr).not.toMatch(/^ +at /m);
  });

  test.skipIf(!canMount || !ready)('that fills up under the agents: says which of them ended, and why', async () => {
    const { path } = await tinyDisk();
    const opened = { home: join(path, 'home') };
    onTestFinished(async () => void (await runCli(['down'], opened)));
    const result = await runCli(['up', '--clients', '0'], opened);
    expect([1, 3], result.stderr).toContain(result.code);
    expect(result.stderr).toMatch(/no space is left|ended right after its start|not within/i);
    expect(result.stderr).not.toMatch(/^ +at /m);
  });

  test.skipIf(!canMount)('that is read-only: says so', async () => {
    const disk = await tinyDisk();
    disk.makeReadOnly();
    for (const home of [disk.path, join(disk.path, 'home')]) {
      expectExplained(await runCli(['up'], { home }), { code: 3, says: [/read-only|cannot be made/i] });
      expectExplained(await runCli(['init', '--yes'], { home }), { code: 3, says: [/read-only|cannot be made|ENOENT/i] });
      expect((await runCli(['list'], { home })).code).toBe(0);
    }
  });

  test.skipIf(isRoot && requireTool('setpriv') === undefined)('home of somebody else: says so', async () => {
    const opened = lab(isRoot ? { as: ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'] } : {});
    if (!isRoot) onTestFinished(() => chmodSync(opened.home, 0o700));
    chmodSync(opened.home, isRoot ? 0o755 : 0o500);
    expectExplained(await opened.run(['up']), { code: 3, says: [/permission denied/i, opened.home] });
  });
});

describe('standard output', () => {
  test.skipIf(!existsSync('/dev/full')).for([['list'], ['--help'], ['--version'], ['list', '--json'], ['nosuch', '--json']])(
    'on a full disk: %j ends with 1 or its own failure, without a stack',
    (argv) => {
      const opened = lab();
      const full = openSync('/dev/full', 'w');
      onTestFinished(() => closeSync(full));
      const bin = process.env['NOMADCTL_BIN'] ?? join(import.meta.dirname, '../../bin/nomadctl.js');
      const outcome = runWith(bin, argv, { home: opened.home, stdout: full });
      expect([1, 2]).toContain(outcome.code);
      expect(outcome.stderr).not.toMatch(/^ +at /m);
    },
  );
});

describe.skipIf(!ready)('the surroundings', () => {
  test('a port that is taken: names the process', async () => {
    const opened = lab();
    await opened.must(['up', '--clients', '0']);
    const { NOMAD_ADDR } = (await opened.must(['env', '--json'])).json<{ NOMAD_ADDR: string }>();
    await opened.must(['down', '--keep-data']);
    const { hostname, port } = new URL(NOMAD_ADDR);
    const squatter = spawn(
      process.execPath,
      ['-e', `require('net').createServer().listen(${port}, '${hostname}', () => console.log('up'))`],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    onTestFinished(() => void squatter.kill('SIGKILL'));
    await new Promise((resolve) => squatter.stdout.once('data', resolve));
    const result = await opened.run(['up']);
    expectExplained(result, { code: 3, says: [`${hostname}:${port} is taken by node (process ${squatter.pid})`, `kill ${squatter.pid}`] });
    const asJson = (await opened.run(['up', '--json'])).json<{ error: { code: string; details: { pid: number } } }>();
    expect(asJson.error).toMatchObject({ code: 'port-taken', details: { pid: squatter.pid } });
    squatter.kill('SIGKILL');
    await new Promise((resolve) => squatter.once('exit', resolve));
    await opened.must(['up']);
    expect(await problemsWhenUp(opened, ['server-1'])).toEqual([]);
  });

  test('a nomad that prints nonsense: is named', async () => {
    const opened = lab();
    const bin = join(opened.home, 'bin');
    mkdirSync(bin);
    symlinkSync(consul ?? '', join(bin, 'consul'));
    writeFileSync(join(bin, 'nomad'), '#!/bin/sh\necho all your base\n', { mode: 0o755 });
    // Nothing else to be had: no Go, and nobody who has releases.
    const env = { PATH: `${bin}:/nowhere`, NOMADCTL_RELEASES_URL: 'http://127.0.0.1:9', NOMADCTL_TOOLS: join(opened.home, 'tools') };
    const result = await opened.run(['up'], { env });
    expect([1, 3], result.stderr).toContain(result.code);
    expect(result.stderr).toContain(join(bin, 'nomad'));
    expect(result.stderr).not.toMatch(/^ +at /m);
  });

  test('a nomad that ends at once: says what it said, and the next up is right again', async () => {
    const opened = lab();
    const bin = join(opened.home, 'bin');
    mkdirSync(bin);
    symlinkSync(consul ?? '', join(bin, 'consul'));
    writeFileSync(
      join(bin, 'nomad'),
      `#!/bin/sh\nif [ "$1" = agent ]; then echo "==> Error: no luck today"; exit 1; fi\nexec ${nomad} "$@"\n`,
      { mode: 0o755 },
    );
    const env = { PATH: `${bin}:${process.env['PATH']}` };
    expectExplained(await opened.run(['up', '--clients', '0'], { env }), {
      code: 3,
      says: ['nomad on server-1 ended right after its start', 'no luck today'],
    });
    await opened.must(['up', '--clients', '0'], { env: { PATH: `${dirname(nomad ?? '')}:${process.env['PATH']}` } });
    expect(await problemsWhenUp(opened, ['server-1'])).toEqual([]);
    await opened.must(['down']);
    expect(problemsWhenDown(opened)).toEqual([]);
  });
});

function fill(path: string): void {
  for (const size of [4096, 512, 64, 1]) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Full at this size.
    }
  }
}

function runWith(
  bin: string,
  argv: readonly string[],
  { home, stdout }: { home: string; stdout: number },
): { code: number; stderr: string } {
  try {
    execFileSync(process.execPath, [bin, ...argv], {
      stdio: ['ignore', stdout, 'pipe'],
      env: { PATH: process.env['PATH'], HOME: home, NOMADCTL_HOME: home },
      encoding: 'utf8',
    });
    return { code: 0, stderr: '' };
  } catch (error) {
    const { status, stderr } = error as { status: number; stderr: string };
    return { code: status, stderr };
  }
}
