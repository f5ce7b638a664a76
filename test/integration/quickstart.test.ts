import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
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
