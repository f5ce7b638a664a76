import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ROTATION_KINDS, type RotationKind } from '../../src/security/rotation/rotation.js';
import { dockerEngine } from '../helpers/docker-engine.js';
import { imagedCluster } from '../helpers/imaged-cluster.js';
import { canRunMachines, containerOf, copyInto, execIn } from '../helpers/machines-cloud.js';
import { pingOnHost } from '../helpers/ping-on-host.js';
import { searchForSecrets } from '../helpers/secret-search.js';
import { idOf, webOf } from '../helpers/secured-hosts.js';
import { canOperate, loadRedis, valuesOf } from '../helpers/ucloud-operator.js';

const engine = await dockerEngine();
afterAll(() => engine?.close());
const able = (await canRunMachines()) && canOperate;

const HOSTS = ['consul-server-1', 'nomad-server-1', 'client-1', 'client-2'];

/** Where each is killed before it is allowed to end: at the start of a step, or in the middle of one, at the first host. */
const STRIKES: Readonly<Record<RotationKind, readonly string[]>> = {
  gossip: ['SIGKILL step rotate-gossip-use'],
  certificates: ['SIGKILL renamed /hosts/'],
  ca: ['SIGKILL step rotate-ca-announce', 'SIGKILL renamed /hosts/', 'SIGKILL step rotate-ca-trust'],
  tokens: ['SIGKILL step rotate-tokens-make', 'SIGKILL step rotate-tokens-use', 'SIGKILL step rotate-tokens-delete'],
  keyring: [],
};

/** Names of the secrets that a rotation replaces. */
const REPLACED: Readonly<Record<RotationKind, RegExp>> = {
  gossip: /^(consul|nomad)GossipKey$/,
  certificates: /^$/,
  ca: /^authorityKey$/,
  tokens: /Token(:|$)/,
  keyring: /^$/,
};

test.skipIf(!able)(
  'keys, certificates and tokens of hosts are made anew, with a pair of the mesh pinged',
  { timeout: 1_200_000 },
  async () => {
    const { cloud, me, mirror } = await imagedCluster({ clients: 2 });
    const up = await me.must('up', '--json');
    // One connection to each host is all that a secured cluster takes more than a plain one; others found it booting.
    const answered = me.connections().filter((line) => line.startsWith('0 '));
    expect(HOSTS.map((host) => answered.filter((line) => line.includes(` ${host} `)).length)).toEqual(HOSTS.map(() => 1));
    process.stdout.write(`up, secured, ${HOSTS.length} hosts: ${Number(up.json()['ms']) / 1000} s\n`);
    const variables = await loadRedis(me, engine!, ['client-1', 'client-2'], mirror);
    await me.must('job', 'deploy', 'redis', ...variables);

    const containers = new Map<string, string>();
    for (const host of HOSTS) containers.set(host, await containerOf(cloud, await idOf(cloud, host)));
    const web = await webOf(me);
    const retired = new Set<string>();
    for (const kind of ROTATION_KINDS) {
      const before = me.secrets();
      const planned = (await me.must('rotate', kind, '--plan', '--json')).json<{ restarted: string[]; reloaded: string[] }>();
      expect([planned.restarted.length, planned.reloaded.length], kind).toEqual(
        { gossip: [0, 0], certificates: [0, 7], ca: [3, 7], tokens: [3, 4], keyring: [0, 0] }[kind],
      );
      const pings = await pingOnHost(containers.get(web.node) ?? '', web.port);
      const processes = await runsOf(containers);
      for (const strike of STRIKES[kind]) {
        const killed = await me.run(['rotate', kind, '--yes'], strike);
        expect([strike, killed.code], killed.stderr).toEqual([strike, 137]);
      }
      // Whoever runs `up` in between does no harm.
      if (kind === 'ca') expect((await me.must('up')).stderr).toMatch(/rotation of the certificate authority was interrupted/);
      const done = await me.must('rotate', kind, '--yes');
      const { sent, failed, gapMs } = await pings.end();
      process.stdout.write(
        `rotate ${kind}: ${failed.length} of ${sent} pings failed, longest gap ${gapMs} ms; the last run: ${done.stdout}\n`,
      );
      expect(failed, kind).toEqual([]);
      expect(await runsOf(containers, processes), kind).toEqual([...planned.restarted].sort());
      const after = me.secrets();
      expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort());
      for (const [name, value] of Object.entries(before)) {
        expect(after[name] === value, `${kind}: ${name}`).toBe(!REPLACED[kind].test(name));
        if (REPLACED[kind].test(name)) retired.add(value);
      }
    }

    // Nothing of what was before is left, here or on a host.
    const old = [...retired].flatMap((value) => value.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----')));
    expect(retired.size).toBeGreaterThan(12);
    const search = searchForSecrets([...old, ...valuesOf(me)]);
    expect(await searchForSecrets(old).files(me.home, [])).toEqual([]);
    const folders = ['/etc/consul.d', '/etc/nomad.d', '/etc/nomadctl', '/var/lib/nomadctl'];
    for (const [host, container] of containers) {
      // In a file: command lines are searched for them, too.
      await copyInto(container, [{ path: 'root/retired', content: old.map((value) => `${value}\n`).join('') }]);
      // Not every host has an agent of both programs, and its folder.
      const { output } = await execIn(container, 'grep', '-rslF', '-f', '/root/retired', ...folders);
      expect([host, output.trim()]).toEqual([host, '']);
    }

    // Tokens that nobody has any more.
    const file = join(me.cluster, 'secrets.json');
    const lost = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    const others = { consulManagementToken: randomUUID(), nomadManagementToken: randomUUID() };
    writeFileSync(file, JSON.stringify({ ...lost, ...others }));
    expect((await me.must('access', 'recover')).stdout).toMatch(
      /Others that may do everything, and stay valid:\n {2}consul [^]*\n {2}nomad /,
    );
    expect((await me.must('access', 'recover', '--revoke')).stdout).toMatch(/Deleted, for they could do everything/);
    for (const name of Object.keys(others)) expect([lost[name], others[name as keyof typeof others]]).not.toContain(me.secrets()[name]);
    for (const value of valuesOf(me)) search.add(value);
    const { output: files } = await execIn(containers.get('nomad-server-1') ?? '', 'ls', '/opt/nomad/server');
    expect(files).not.toContain('acl-bootstrap-reset');

    // A host that comes later has what all have by now.
    await me.must('up', '--replace-host', 'client-2');
    await me.must('job', 'verify', 'redis');
    expect((await me.must('up', '--json')).json()['stepsRun']).toBe(0);
    expect(me.said.filter(search.isIn)).toEqual([]);
    expect(search.commandLines()).toEqual([]);
    await me.must('down', '--yes');
  },
);

/** `nomad on client-1` with its process; with those of an earlier moment, the names of those that have another one since. */
async function runsOf(containers: ReadonlyMap<string, string>): Promise<Map<string, string>>;
async function runsOf(containers: ReadonlyMap<string, string>, before: ReadonlyMap<string, string>): Promise<string[]>;
async function runsOf(containers: ReadonlyMap<string, string>, before?: ReadonlyMap<string, string>) {
  const runs = new Map<string, string>();
  for (const [host, container] of containers)
    for (const program of ['consul', 'nomad']) {
      const { output } = await execIn(container, 'systemctl', 'show', '--property', 'MainPID', '--value', program);
      if (Number(output.trim()) > 0) runs.set(`${program} on ${host}`, output.trim());
    }
  return before
    ? [...runs]
        .filter(([agent, process]) => before.get(agent) !== process)
        .map(([agent]) => agent)
        .sort()
    : runs;
}
