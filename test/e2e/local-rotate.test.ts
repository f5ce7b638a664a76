import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mountsUnder } from '../../src/agents/leftovers/leftover-processes.js';
import { rotationPlan } from '../../src/targets/local/rotation.js';
import { ROTATION_KINDS, type RotationKind } from '../../src/security/rotation/rotation.js';
import { serverOf } from '../helpers/ask-agent.js';
import { openLab, problemsWhenUp, type Lab } from '../helpers/lab.js';
import { pingRedis } from '../helpers/ping-redis.js';
import { REPLACED } from '../helpers/replaced-secrets.js';
import { requireTool } from '../helpers/require-tool.js';
import { searchForSecrets } from '../helpers/secret-search.js';
import { tokensFor, tokensOfOurs } from '../helpers/tokens-of-ours.js';

const ready = ['consul', 'nomad', 'redis-server'].every((tool) => requireTool(tool) !== undefined);
const NODES = ['server-1', 'server-2', 'server-3', 'client-1', 'client-2'];
const UP = ['up', '--profile', 'secure', '--servers', '3', '--drivers', 'raw_exec'];

/** One cluster for all: each test leaves it whole. */
let lab: Lab;
const retired = new Set<string>();

const secrets = (): Record<string, string> => JSON.parse(readFileSync(lab.paths().secrets, 'utf8')) as Record<string, string>;
const idsOf = (kind: RotationKind): string[] =>
  rotationPlan(kind)
    .steps.flat()
    .map(({ id }) => id);
const pids = (): string => JSON.stringify([...lab.agents()].sort());
const rotate = (kind: RotationKind, strike?: string) => lab.run(['rotate', kind, '--yes'], strike === undefined ? {} : { strike });

/** What must be so after a rotation: what it replaces is new, all else is as it was, and nothing of it is under way. */
function expectReplaced(kind: RotationKind, before: Record<string, string>): void {
  const after = secrets();
  expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort());
  for (const [name, value] of Object.entries(before)) {
    if (REPLACED[kind].test(name)) {
      expect(after[name], name).not.toBe(value);
      retired.add(value);
    } else expect(after[name], name).toBe(value);
  }
}

describe.skipIf(!ready)('rotation of a secured cluster, with a pair of the mesh pinged all the time', () => {
  beforeAll(async () => {
    lab = openLab();
    await lab.must(UP);
    await lab.must(['job', 'deploy', 'redis', '--driver', 'raw_exec']);
  }, 120_000);
  afterAll(() => lab?.end(), 60_000);

  it.for(ROTATION_KINDS)('of %s says what it would do, and asks where agents are started anew', async (kind) => {
    const before = [secrets(), pids()];
    const planned = await lab.must(['rotate', kind, '--plan', '--json']);
    const { steps, changes, restarted, reloaded } = planned.json<{
      steps: { id: string }[];
      changes: number;
      restarted: string[];
      reloaded: string[];
    }>();
    expect(steps.map(({ id }) => id)).toEqual(idsOf(kind));
    expect(changes).toBe(steps.length);
    expect([restarted.length, reloaded.length]).toEqual(
      { gossip: [0, 0], certificates: [0, 10], ca: [5, 10], tokens: [8, 2], keyring: [0, 0] }[kind],
    );
    if (restarted.length > 0) {
      const refused = await lab.run(['rotate', kind]);
      expect(refused.code).toBe(4);
      expect(refused.stderr).toMatch(/nobody to agree to it/);
    }
    expect([secrets(), pids()]).toEqual(before);
  });

  it.for(ROTATION_KINDS)(
    'of %s fails no ping, killed at the start of every step, and goes on with the same secrets',
    { timeout: 400_000 },
    async (kind) => {
      const [before, processes] = [secrets(), lab.agents()];
      const { restarted } = (await lab.must(['rotate', kind, '--plan', '--json'])).json<{ restarted: string[] }>();
      const pings = await pingRedis(lab);
      const seen: Record<string, Set<string>> = {};
      for (const step of idsOf(kind)) {
        const killed = await rotate(kind, `SIGKILL step ${step}`);
        expect(killed.code, `${step}: ${killed.stderr}`).toBe(137);
        for (const [name, value] of Object.entries(secrets())) (seen[name.replace(/^(next|previous):/, '')] ??= new Set()).add(value);
      }
      const done = await rotate(kind);
      expect(done.code, done.stderr).toBe(0);
      const { sent, failed, gapMs } = await pings.end();
      process.stdout.write(`rotate ${kind}: ${failed.length} of ${sent} pings failed, longest gap ${gapMs} ms\n`);
      expect(failed).toEqual([]);
      // All that was ever there of one name is what was and what is.
      for (const [name, values] of Object.entries(seen)) expect(values.size, name).toBe(REPLACED[kind].test(name) ? 2 : 1);
      for (const [name, value] of Object.entries(secrets())) expect(seen[name]?.has(value), name).toBe(true);
      expectReplaced(kind, before);
      const anew = [...processes].filter(([agent, [pid]]) => lab.agents().get(agent)?.[0] !== pid).map(([agent]) => agent);
      expect(anew.sort()).toEqual(restarted.map((agent) => agent.replace(/^(\w+) on (.+)$/, '$2 $1')).sort());
      // What an `up` would write, or start anew.
      const planned = (await lab.must(['up', '--plan', '--json'])).json<{ steps: { id: string; action: string }[] }>();
      const begun = planned.steps.filter(({ id, action }) => action === 'run' && /^(write|certify|make|start)-/.test(id));
      expect(begun).toEqual([]);
      expect(await problemsWhenUp(lab, NODES)).toEqual([]);
    },
  );

  it('leaves nothing of what was before, and nothing twice', { timeout: 60_000 }, async () => {
    const now = Object.values(secrets());
    const old = searchForSecrets(
      [...retired].flatMap((value) => value.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'))),
    );
    expect(retired.size).toBeGreaterThan(12);
    expect(now.filter((value) => retired.has(value))).toEqual([]);
    // What the programs have stored is theirs.
    expect(await old.files(lab.home, [/\/data\//])).toEqual([]);
    expect(await tokensOfOurs(await serverOf(lab))).toEqual(tokensFor(NODES, 'nomadctl: management'));
  });

  it('does not let a new leader bring a deleted management token back', { timeout: 60_000 }, async () => {
    const deleted = [...retired].filter((value) => /^[0-9a-f-]{36}$/.test(value));
    const known = async (...tokens: readonly string[]): Promise<string[]> => {
      const each = 'for token; do CONSUL_HTTP_TOKEN=$token consul acl token read -self > /dev/null 2>&1 && echo "$token"; done; true';
      return (await lab.must(['exec', '--', 'sh', '-c', each, 'sh', ...tokens])).stdout.trim().split('\n');
    };
    const leader = (await lab.status()).consulLeader ?? '';
    process.kill(lab.agents().get(`${leader} consul`)?.[0] ?? 0, 'SIGKILL');
    // Back at once, it could be elected again.
    const next = async (): Promise<string | undefined> => (await lab.status()).consulLeader;
    await expect.poll(next, { timeout: 30_000, interval: 200 }).not.toBeOneOf([leader, undefined, null, '']);
    await lab.must(['up']);
    expect(await next()).not.toBe(leader);
    const current = secrets()['consulManagementToken'] ?? '';
    expect(await known(...deleted, current)).toEqual([current]);
  });

  it('tells everybody of one that was interrupted, and up goes through it', { timeout: 300_000 }, async () => {
    for (const step of ['rotate-gossip-install', 'rotate-gossip-use', 'rotate-gossip-remove']) {
      expect((await rotate('gossip', `SIGKILL step ${step}`)).code).toBe(137);
      const other = await rotate('certificates');
      expect(other.code).toBe(1);
      expect(other.stderr).toMatch(/another rotation of cluster dev is unfinished: that of its gossip keys[^]*next +.*rotate gossip/);
      const up = await lab.must(['up']);
      expect(up.stderr).toMatch(/rotation of the gossip keys was interrupted.*rotate gossip/);
      expect((await lab.must(['status'])).stdout).toMatch(/pending +the rotation of its gossip keys was interrupted/);
    }
    await lab.must(['rotate', 'gossip']);
    expect((await lab.must(['status'])).stdout).not.toMatch(/pending/);
    expect(await problemsWhenUp(lab, NODES)).toEqual([]);
  });

  it('refuses to begin while an agent is away, or with an authority that is not the one', { timeout: 300_000 }, async () => {
    const before = secrets();
    process.kill(lab.agents().get('server-2 nomad')?.[0] ?? 0, 'SIGKILL');
    const refused = await rotate('gossip');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /nothing was rotated: nomad on server-2 does not answer[^]*why +.*locked out[^]*next +.*nomadctl(\.js)? up/,
    );
    expect(secrets()).toEqual(before);
    await lab.must(['up']);

    const { ca } = lab.paths();
    const own = readFileSync(ca);
    const wrongs = ['', own.toString().slice(0, 200), readFileSync(`${lab.paths().agents}/client-1/tls/cert.pem`, 'utf8')];
    const answers = [];
    try {
      for (const wrong of wrongs) {
        writeFileSync(ca, wrong);
        answers.push(await rotate('ca'));
      }
    } finally {
      writeFileSync(ca, own);
    }
    expect(answers.map(({ code }) => code)).toEqual([2, 2, 2]);
    for (const { stderr } of answers.slice(0, 2)) expect(stderr).toMatch(/has no whole certificate[^]*why[^]*next +.*up/);
    expect(answers[2]?.stderr).toMatch(/has the key of another authority than[^]*why[^]*next/);
    await lab.must(['up']);
    expect(secrets()).toEqual(before);
    expect(await problemsWhenUp(lab, NODES)).toEqual([]);
  });

  it(
    'lets an agent come back without data while some files have the new gossip key and all use the old one',
    { timeout: 120_000 },
    async () => {
      const client = `${lab.paths().agents}/client-2/consul`;
      expect((await rotate('gossip', 'SIGKILL renamed client-2/consul/secrets.json')).code).toBe(137);
      process.kill(lab.agents().get('client-2 consul')?.[0] ?? 0, 'SIGKILL');
      rmSync(`${client}/data`, { recursive: true, force: true });
      await lab.must(['up']);
      const members = (await lab.must(['exec', 'consul', 'members', '-status', 'alive'])).stdout;
      for (const node of NODES) expect(members).toContain(`${node} `);
      const now = secrets();
      expect(JSON.parse(readFileSync(`${client}/data/serf/local.keyring`, 'utf8'))).toEqual([
        now['consulGossipKey'],
        now['previous:consulGossipKey'],
      ]);
      await lab.must(['rotate', 'gossip']);
      expect(JSON.parse(readFileSync(`${client}/gossip-keys.json`, 'utf8'))).toEqual([secrets()['consulGossipKey']]);
      expect(await problemsWhenUp(lab, NODES)).toEqual([]);
    },
  );

  it('lets an agent come back that has lost its data', { timeout: 300_000 }, async () => {
    await lab.must(['job', 'stop', 'redis']);
    const client = `${lab.paths().agents}/client-2`;
    for (const program of ['nomad', 'consul']) process.kill(lab.agents().get(`client-2 ${program}`)?.[0] ?? 0, 'SIGKILL');
    for (const mount of mountsUnder(client)) execFileSync('umount', ['-l', mount]);
    // Under another id of its own, Consul's servers would refuse its services for as long as they remember the node of that name.
    const id = readFileSync(`${client}/consul/data/node-id`, 'utf8');
    for (const program of ['nomad', 'consul']) rmSync(`${client}/${program}/data`, { recursive: true, force: true });
    await lab.must(['up']);
    expect(readFileSync(`${client}/consul/data/node-id`, 'utf8').trim()).toBe(id.trim());
    expect(await problemsWhenUp(lab, NODES)).toEqual([]);
    // With identities that Nomad's new root key has signed.
    await lab.must(['job', 'deploy', 'redis', '--driver', 'raw_exec']);
  });
});
