import { existsSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFileAtomic } from '../../../../packages/base/src/atomic-write.js';
import { createExec } from '../../../../src/tools/exec.js';
import { retireHost } from '../../../../src/ucloud/hosts/retire-host.js';
import { sshPathsOf } from '../../../../src/machines/ssh-key.js';
import type { UcloudHost } from '../../../../src/ucloud/ucloud-state.js';
import { emulatedCloud } from '../../../helpers/emulated-cloud.js';
import { cloudTime, layHost, ourClient } from '../../../helpers/laid-cluster.js';
import { serversDouble, type DoubledServer } from '../../../helpers/servers-double.js';
import { createTestContext } from '../../../helpers/test-context.js';
import { ucloudSettings } from '../../../helpers/ucloud-settings.js';
import { thrown } from '../../../helpers/thrown.js';

type Role = 'consul-server' | 'nomad-server';

interface Scene {
  readonly role: Role;
  readonly others?: readonly Omit<DoubledServer, 'name'>[];
  /** What `ssh` ends with. */
  readonly exitCode?: number;
  readonly keyIsKnown?: boolean;
}

/** Three servers of which the second is at UCloud, and an `ssh` that writes down what it is told. */
async function scene({ role, others = [], exitCode = 0, keyIsKnown = true }: Scene) {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const id = await layHost(cloud, { Name: `prod-${role}-2` });
  cloud.clock.advance(60_000);
  const double = await serversDouble(
    role,
    [1, 2, 3].map((number, index) => ({ name: `${role}-${number}`, ...others[index] })),
  );
  const host: UcloudHost = { ...(double.hosts[1] as UcloudHost), id };
  const hosts = double.hosts.map((one) => (one.name === host.name ? host : one));
  const base = await createTestContext();
  const { home } = base.paths;
  const told = join(home, 'told');
  await writeFile(join(home, 'ssh'), `#!/bin/sh\n{ echo "$@"; cat; } >> ${told}\nexit ${exitCode}\n`);
  await chmod(join(home, 'ssh'), 0o755);
  const env = { PATH: `${home}:${process.env['PATH']}` };
  const paths = base.paths.cluster('prod');
  if (keyIsKnown) await writeFileAtomic(sshPathsOf(paths).knownHosts, hosts.map((one) => `${one.id} ssh-ed25519 AAAA\n`).join(''));
  const lines: string[] = [];
  const ctx = { ...base, env, exec: createExec(env), clock: cloudTime(cloud) };
  const cluster = { name: 'prod', paths, settings: ucloudSettings() };
  const request = { host, hosts, cluster, api: ourClient(cloud), ctx, line: (text: string) => void lines.push(text) };
  const state = async (): Promise<string> => (await cloud.ok('DescribeUHostInstance')).UHostSet[0].State;
  const toldToSsh = async (): Promise<string> => (existsSync(told) ? readFile(told, 'utf8') : '');
  return { cloud, double, request, lines, state, toldToSsh };
}

test.each([
  ['consul-server', ['stop consul'], ['consul.service', 'KillSignal=SIGINT']],
  ['nomad-server', ['stop nomad', 'stop consul'], ['nomad.service', 'KillSignal=SIGTERM']],
] as const)('%s: its agents leave, its vote is gone, then its power', async (role, stops, exchanged) => {
  const at = await scene({ role });
  await retireHost(at.request);
  const told = await at.toldToSsh();
  expect(told).toMatch(new RegExp(`BatchMode=yes .*${role}-2 -- bash -s`));
  expect(told.split('\n').flatMap((line) => /^systemctl (stop .*)$/.exec(line)?.[1] ?? [])).toEqual(stops);
  for (const word of exchanged) expect(told).toContain(word);
  expect(at.double.changes[0]).toBe(`DELETE /v1/operator/raft/peer?id=id-${role}-2`);
  expect(await at.state()).toBe('Stopped');
  expect(at.lines).toEqual([`${role}-2 leaves the cluster`, `switching ${role}-2 off`]);
});

test('one that has left is not forced to, nor asked for its vote', async () => {
  const at = await scene({ role: 'nomad-server', others: [{}, { status: 'left', voter: false }] });
  await retireHost(at.request);
  expect(at.double.changes).toEqual([]);
});

test.each([
  ['refuses', { exitCode: 255 }, [expect.stringContaining('could not be asked to leave: ssh -F')]],
  ['has a key that nobody knows', { keyIsKnown: false, role: 'consul-server' }, []],
] as const)('a host that %s is taken out by the others', async (_, more, said) => {
  const at = await scene({ role: 'nomad-server', others: [{}, { status: 'failed' }], ...more });
  const { name } = at.request.host;
  at.double.servers[1]!.status = 'failed';
  await retireHost(at.request);
  expect(at.lines).toEqual(expect.arrayContaining([...said, `switching ${name} off`]));
  expect(at.double.changes[0]).toBe(`DELETE /v1/operator/raft/peer?id=id-${name}`);
  expect(at.double.changes[1]).toMatch(/^PUT \/v1\/agent\/force-leave/);
  expect(await at.state()).toBe('Stopped');
});

test('without a majority among the others nothing is touched', async () => {
  const at = await scene({ role: 'consul-server', others: [{}, {}, { status: 'failed', dead: true }] });
  expect(await thrown(() => retireHost(at.request))).toMatchObject({ code: 'quorum' });
  expect([await at.toldToSsh(), at.double.changes, await at.state()]).toEqual(['', [], 'Running']);
});

test('done twice, and for a host that is gone at UCloud, it is the same', async () => {
  const at = await scene({ role: 'consul-server' });
  await retireHost(at.request);
  await retireHost(at.request);
  await at.cloud.ok('TerminateUHostInstance', { UHostId: at.request.host.id });
  at.cloud.clock.advance(60_000);
  await retireHost(at.request);
  expect(at.double.changes.filter((change) => change.startsWith('DELETE'))).toHaveLength(1);
});
