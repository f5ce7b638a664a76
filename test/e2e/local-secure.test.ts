import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { problemsWhenDown, problemsWhenUp, secretsOf, type Lab } from '../helpers/lab.js';
import { testLab } from '../helpers/test-lab.js';
import { requireTool } from '../helpers/require-tool.js';
import { searchForSecrets } from '../helpers/secret-search.js';
import { askAsStranger, isOpen } from '../helpers/stranger.js';

const ready = requireTool('consul') !== undefined && requireTool('nomad') !== undefined;
const redis = requireTool('redis-server') !== undefined;
const haproxy = requireTool('haproxy') !== undefined;
const NODES = ['server-1', 'client-1', 'client-2'];
const UP = ['up', '--drivers', 'raw_exec'];

/** What a stranger is told, whoever the agent says it is: the status and the body. */
async function ask(url: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  const { status, body } = await askAsStranger(url, { headers });
  return { status, body: body.trim() };
}

async function addressesOf(opened: Lab): Promise<Map<string, string>> {
  return new Map((await opened.status()).nodes.map(({ name, address }) => [name, address]));
}

/** Values of the secrets file, a key line by line: nobody writes it down in one piece. */
const valuesOf = (opened: Lab): string[] =>
  Object.values(secretsOf(opened)).flatMap((value) => value.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----')));

/** Files that are meant to have some: ours, 0600 in folders of 0700, and the programs' own data. */
const MEANT = [
  /^clusters\/dev\/secrets\.json$/,
  /^clusters\/dev\/agents\/[\w-]+\/(consul|nomad)\/(secrets\.json|gossip-keys\.json|data\/)/,
];

/** What is in the mesh is reached from outside by somebody who is known there, as long as it is exposed, unless that is denied. */
async function expectExposedMesh(opened: Lab): Promise<void> {
  const expose = ['job', 'expose', 'redis', '--port', 'proxy', '--listen', '6390'];
  const { address = '' } = (await opened.must([...expose, '--json'])).json<{ address?: string }>();
  const ping = (): string => {
    try {
      return execFileSync('redis-cli', ['-h', address, '-p', '6390', 'PING'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    } catch {
      return 'refused';
    }
  };
  expect(ping()).toBe('PONG');
  const intentions = async (): Promise<string> => (await opened.must(['access', 'intention', 'list'])).stdout;
  expect(await intentions()).toMatch(/^ingress-mesh +redis +allow$/m);
  await opened.must(['access', 'intention', 'deny', 'ingress-mesh', 'redis']);
  await expect.poll(ping, { timeout: 20_000 }).not.toBe('PONG');
  await opened.must(['access', 'intention', 'allow', 'ingress-mesh', 'redis']);
  await expect.poll(ping, { timeout: 20_000 }).toBe('PONG');
  await opened.must(['job', 'expose', 'redis', '--remove']);
  expect([ping(), await intentions()]).toEqual(['refused', expect.not.stringContaining('ingress-mesh')]);
}

describe.skipIf(!ready)('a secured cluster', () => {
  test('lets nobody in who has no token, and does everything for who has', { timeout: 240_000 }, async ({ skip }) => {
    if (!redis) skip('redis-server is not there');
    const opened = testLab();
    const search = searchForSecrets([]);
    const up = await opened.must(UP);
    for (const value of valuesOf(opened)) search.add(value);
    expect(await problemsWhenUp(opened, NODES)).toEqual([]);
    expect((await opened.must(['up'])).stdout).toContain('Nothing to do');

    const at = await addressesOf(opened);
    for (const address of at.values()) {
      for (const path of ['agent/self', 'kv/any', 'acl/tokens', 'agent/metrics'])
        expect((await ask(`https://${address}:8501/v1/${path}`)).status, path).toBe(403);
      // Consul answers some lists with nothing in them.
      for (const path of ['catalog/nodes', 'agent/members', 'catalog/services'])
        expect(await ask(`https://${address}:8501/v1/${path}`), path).toEqual({
          status: 200,
          body: expect.stringMatching(/^(\[\]|\{\})$/),
        });
      for (const path of ['jobs', 'nodes', 'agent/members', 'allocations'])
        expect((await ask(`https://${address}:4646/v1/${path}`)).status, path).toBe(403);
      for (const port of [8500, 8502]) expect(await isOpen(address, port)).toBe(false);
    }
    const server = at.get('server-1') ?? '';
    const wrong = '00000000-0000-4000-8000-000000000000';
    expect((await ask(`https://${server}:4646/v1/jobs`, { 'x-nomad-token': wrong })).status).toBe(403);
    expect((await ask(`https://${server}:8501/v1/agent/self`, { 'x-consul-token': wrong })).status).toBe(403);
    // Nobody else may take what is made once.
    expect((await ask(`https://${server}:4646/v1/acl/bootstrap`)).status).not.toBe(200);

    const planned = await opened.must(['job', 'plan', 'redis', '--driver', 'raw_exec']);
    expect(planned.stdout).toContain('+ intention web to redis (allow)');
    const deployed = await opened.must(['job', 'deploy', 'redis', '--driver', 'raw_exec']);
    expect(deployed.stderr).toContain('Allowing connections');
    const verified = await opened.must(['job', 'verify', 'redis', '--failover']);
    expect((await opened.must(['job', 'plan', 'redis', '--driver', 'raw_exec'])).stdout).not.toContain('intention');
    if (haproxy) await expectExposedMesh(opened);
    await opened.must(['job', 'deploy', 'hello', '--driver', 'raw_exec']);

    const shown = await opened.must(['status']);
    expect(shown.stdout).not.toContain('insecure');
    const searched = [up, planned, deployed, verified, shown].flatMap(({ stdout, stderr }) => [stdout, stderr]);
    expect(searched.filter(search.isIn)).toEqual([]);
    expect(await search.files(opened.home, MEANT)).toEqual([]);
    expect(search.saw(/agent .*agent\.json/)).toBe(true);
    expect(search.commandLines()).toEqual([]);

    await opened.must(['down']);
    expect(problemsWhenDown(opened)).toEqual([]);
  });

  test('grows, shrinks, heals, rests and goes on with the secrets that it has', { timeout: 300_000 }, async () => {
    const opened = testLab();
    await opened.must([...UP, '--clients', '1']);
    const first = secretsOf(opened);
    await opened.must(['up', '--servers', '3']);
    expect(await problemsWhenUp(opened, ['server-1', 'server-2', 'server-3', 'client-1'])).toEqual([]);
    expect(secretsOf(opened)).toMatchObject(first);
    for (const node of ['server-1', 'server-2']) {
      const bootstrap = `${opened.paths().agents}/${node}/consul/bootstrap.json`;
      expect(JSON.parse(readFileSync(bootstrap, 'utf8')), node).toEqual({});
    }
    const [pid = 0] = opened.agents().get('server-2 nomad') ?? [];
    process.kill(pid, 'SIGKILL');
    await opened.must(['up']);
    expect(await problemsWhenUp(opened, ['server-1', 'server-2', 'server-3', 'client-1'])).toEqual([]);
    await opened.must(['down', '--keep-data']);
    await opened.must(['up']);
    expect(await problemsWhenUp(opened, ['server-1', 'server-2', 'server-3', 'client-1'])).toEqual([]);
    await opened.must(['up', '--servers', '1']);
    expect(await problemsWhenUp(opened, ['server-1', 'client-1'])).toEqual([]);
    expect(secretsOf(opened)).toMatchObject(first);

    // A shell, and programs, have exactly this cluster's set.
    const strange = { NOMAD_TOKEN: 'of-another-cluster', CONSUL_HTTP_TOKEN_FILE: '/of/another', NOMAD_SKIP_VERIFY: '1' };
    const set = (await opened.must(['env'], { env: strange })).stdout;
    const inShell = (command: string): string =>
      execFileSync('sh', ['-c', `${set}\n${command}`], { env: { ...strange, PATH: process.env['PATH'] } }).toString();
    expect(inShell('nomad node status')).toContain('client-1');
    expect(inShell('consul members')).toContain('server-1');
    expect(inShell('env')).not.toMatch(/another|SKIP_VERIFY/);
    expect((await opened.must(['env', '--json'], { env: strange })).json()).toMatchObject({
      NOMAD_TOKEN: first['nomadManagementToken'],
      CONSUL_HTTP_TOKEN: first['consulManagementToken'],
      CONSUL_HTTP_TOKEN_FILE: null,
    });
    for (const words of [
      ['exec', 'nomad', 'node', 'status'],
      ['exec', 'client-1', 'nomad', 'node', 'status'],
    ])
      expect((await opened.must(words, { env: strange })).stdout).toContain('client-1');

    // Of another kind it is another cluster.
    const other = await opened.run(['up', '--profile', 'poc']);
    expect(other.code).not.toBe(0);
    expect(other.stderr).toContain('is secured, and cannot have profile poc');
  });

  test('gets lost secrets back from a backup; goes when there is none, and says so before', { timeout: 120_000 }, async () => {
    const opened = testLab();
    await opened.must([...UP, '--clients', '0']);
    const { secrets, backups } = opened.paths();
    const { id } = (await opened.must(['state', 'backup', 'create', '--json'])).json<{ readonly id: string }>();
    const before = readFileSync(secrets, 'utf8');
    rmSync(secrets);
    const refused = await opened.run(['up']);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain(secrets);
    expect(refused.stderr).toContain('nomadctl state backup list');
    expect(existsSync(secrets)).toBe(false);
    // From the backup they come back, and its agents take them.
    await opened.must(['state', 'backup', 'restore', id, '--only', 'files', '--yes']);
    expect(JSON.parse(readFileSync(secrets, 'utf8'))).toEqual(JSON.parse(before));
    expect((await opened.must(['up'])).stdout).toContain('Nothing to do');
    rmSync(secrets);
    rmSync(backups, { recursive: true });
    await opened.must(['down']);
    expect(problemsWhenDown(opened)).toEqual([]);
  });

  test('is not made of a plain one by itself: that stays, and says how it becomes one', { timeout: 120_000 }, async () => {
    const opened = testLab();
    const plain = ['up', '--profile', 'poc', '--clients', '0'];
    const refused = await opened.run(plain);
    expect([refused.code, refused.stdout]).toEqual([4, '']);
    expect(refused.stderr).toMatch(
      /^✖ cluster dev would do what anybody asks: there is nobody to agree to it\n +why +Profile poc is a proof of concept: [^\n]*\n +next +nomadctl up /m,
    );
    const made = await opened.must([...plain, '--yes']);
    expect(made.stderr).toContain('Do not use it in production as it is.');
    expect(made.stdout).toContain('http://127.');

    // As an earlier nomadctl has left it: nothing says that it is plain.
    const { agents, file } = opened.paths();
    rmSync(`${agents}/profile`);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^.*\n *profile: .*\n/m, ''));
    const before = opened.agents();
    const again = await opened.must(['up']);
    expect(again.stdout).toContain('Nothing to do');
    expect(again.stderr).toContain('nomadctl up dev --profile secure   secures it');
    expect(opened.agents()).toEqual(before);
    const shown = await opened.must(['status']);
    expect(shown.stdout).toMatch(/^insecure {2}profile poc: whoever reaches .*; it is secured by: nomadctl up dev --profile secure$/m);
    await opened.must(['config', 'set', 'clients', '1']);
    await opened.must(['up']);
    expect(await problemsWhenUp(opened, ['server-1', 'client-1'])).toEqual([]);
    // Made anew it is a new one.
    await opened.must(['down']);
    expect((await opened.must(['up', '--plan'])).stdout).toContain('certify-nodes');
  });
});
