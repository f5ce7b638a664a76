import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openLab, type Lab } from '../helpers/lab.js';
import { requireTool } from '../helpers/require-tool.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [redisServer = '', redisCli = ''] = ['redis-server', 'redis-cli'].map((name) => requireTool(name) ?? '');
const ready = ['consul', 'nomad', 'npm', 'redis-server', 'redis-cli'].every((name) => requireTool(name) !== undefined);

interface Ran {
  readonly code: number;
  readonly out: string;
}

/** As a newcomer starts it, in a home where nothing is yet but the programs on the PATH. */
function quickstart({ home }: Lab, PATH: string | undefined): Promise<Ran> {
  const env = { PATH, HOME: home, NOMADCTL_HOME: home, LANG: 'C.UTF-8', CI: '1', NOMADCTL_RELEASES_URL: 'http://127.0.0.1:9' };
  return new Promise((resolve) => {
    const options = { cwd: root, env, maxBuffer: 1e7, timeout: 240_000 };
    const child = execFile('npm', ['run', '--silent', 'quickstart'], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 255, out: `${stderr}\n${stdout}` }),
    );
    child.stdin?.end();
  });
}

/** All that the PATH has, without redis and whatever could install it. */
function pathWithoutRedis({ home }: Lab): string {
  const folder = join(home, 'path');
  mkdirSync(folder);
  const taken = new Set<string>();
  for (const dir of (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    for (const name of names(dir)) {
      if (taken.has(name) || /^(redis|apt|dpkg|dnf|yum|brew|sudo$)/.test(name)) continue;
      taken.add(name);
      symlinkSync(join(dir, name), join(folder, name));
    }
  }
  return folder;
}

function names(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

interface Verified {
  readonly checks: readonly { readonly title: string; readonly ok: boolean }[];
  readonly failover?: { readonly before: { readonly id: string }; readonly after: { readonly id: string } };
}

/** What the job's own checks say, each of which must be fine. */
async function checked(
  lab: Lab,
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<Verified & { readonly titles: string[] }> {
  const report = (await lab.must(['job', 'verify', ...words, '--json'], { env })).json<Verified>();
  expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
  return { ...report, titles: report.checks.map(({ title }) => title) };
}

interface Job {
  readonly allocations: readonly { readonly id: string; readonly status: string }[];
}

/** Plans of what would take something down, and words that begin nothing. */
async function nothingChanges(lab: Lab): Promise<void> {
  const running = async (): Promise<string[]> =>
    (await lab.must(['job', 'status', 'redis', '--json']))
      .json<Job>()
      .allocations.flatMap(({ id, status }) => (status === 'running' ? [id] : []));
  const before = await running();
  expect((await lab.must(['job', 'verify', 'redis', '--plan'])).stdout).toContain(
    'Would check redis in Consul, PING, SET, GET, and change nothing',
  );
  for (const [words, act] of [
    [['--failover'], 'stop an allocation of group redis'],
    [['--failover=node'], 'take down the node of an allocation of group redis'],
  ] as const) {
    const { stdout } = await lab.must(['job', 'verify', 'redis', ...words, '--plan']);
    expect(stdout).toMatch(new RegExp(`^Would ${act} \\([0-9a-f]{8} on client-[12]\\)[^]*Nothing was changed`));
  }
  const planned = (await lab.must(['job', 'verify', 'redis', '--failover', '--plan', '--json'])).json<{
    candidates: { allocation: string }[];
  }>();
  expect(before).toContain(planned.candidates[0]?.allocation);
  expect(await running()).toEqual(before);

  const draft = await lab.must(['job', 'new', 'web', 'shop', '--plan'], { cwd: lab.home });
  expect(draft.stdout).toMatch(/^Would write shop\.nomad\.hcl[^]*job "shop"[^]*Nothing was written/);
  expect(existsSync(join(lab.home, 'shop.nomad.hcl'))).toBe(false);

  const shell = (await lab.must(['ssh', '--json', 'client-1', 'touch', join(lab.home, 'touched')])).json<{
    file: string;
    argv: string[];
  }>();
  expect(shell).toMatchObject({ file: 'touch', argv: [join(lab.home, 'touched')] });
  expect(existsSync(join(lab.home, 'touched'))).toBe(false);
  const lost = await lab.run(['ssh', '--json', 'client-9']);
  expect([lost.code, lost.json()]).toEqual([2, expect.objectContaining({ error: expect.objectContaining({ code: 'node-unknown' }) })]);

  const neither = await lab.run(['exec', 'clinet-1', 'true']);
  expect(neither.code).toBe(2);
  expect(neither.stderr).toContain('clinet-1 is neither a node of this cluster nor a program on the PATH (did you mean "client-1"?)');
  expect(neither.stderr).toContain('nodes: server-1, client-1, client-2');
  expect(neither.stderr).not.toContain(process.env['PATH']);
}

describe.skipIf(!ready)('npm run quickstart', { timeout: 300_000 }, () => {
  test('goes from a fresh home to a redis that is verified, may be run again, and back to nothing', async () => {
    const lab = openLab();
    onTestFinished(() => lab.end());
    const first = await quickstart(lab, process.env['PATH']);
    expect([first.code, first.code === 0 ? '' : first.out]).toEqual([0, '']);
    expect(first.out).toMatch(/\[1\/5\] Libraries[^]*\[2\/5\] Build[^]*\[3\/5\] Programs[^]*\[4\/5\] Cluster dev[^]*\[5\/5\] First job/);
    expect(first.out).toContain('Everything works.');
    expect(first.out).toContain('job verify redis --failover');
    expect((await checked(lab, ['redis'])).titles).toEqual(['redis in Consul', 'PING', 'SET', 'GET']);
    await nothingChanges(lab);
    const again = await quickstart(lab, process.env['PATH']);
    expect([again.code, again.out]).toEqual([0, expect.stringContaining('Everything works.')]);
    await lab.must(['down']);
    expect(lab.agents().size).toBe(0);
    expect((await lab.must(['list', '--json'])).json()).toMatchObject({ clusters: [] });
  });

  test('without redis and a way to get it: the greeter, deployed, verified and moved; a redis that is named runs there, too', async () => {
    const lab = openLab();
    onTestFinished(() => lab.end());
    const env = { PATH: pathWithoutRedis(lab) };
    const { code, out } = await quickstart(lab, env.PATH);
    expect([code, code === 0 ? '' : out]).toEqual([0, '']);
    expect(out).toContain('No way to get redis here without your doing that, so the first job is greeter');
    expect(out).toContain('job verify greeter --failover');
    expect((await checked(lab, ['greeter'], env)).titles).toEqual(['greeter in Consul', 'GET']);
    const { failover } = await checked(lab, ['greeter', '--failover'], env);
    expect(failover?.after.id).not.toBe(failover?.before.id);

    const lost = await lab.run(['job', 'deploy', 'redis'], { env });
    expect([lost.code, lost.stderr]).toEqual([3, expect.stringContaining('job redis needs redis-server and redis-cli')]);
    const named = { ...env, NOMADCTL_REDIS_CLI_BIN: redisCli };
    await lab.must(['job', 'deploy', 'redis', '--redis-server-bin', redisServer], { env: named });
    expect((await checked(lab, ['redis'], named)).titles).toContain('PING');
    await lab.must(['down'], { env });
    expect((await lab.must(['list', '--json'])).json()).toMatchObject({ clusters: [] });
    expect(readdirSync(join(lab.home, 'clusters'))).toEqual([]);
  });
});
