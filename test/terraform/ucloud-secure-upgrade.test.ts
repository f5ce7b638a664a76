import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { dockerEngine } from '../helpers/docker-engine.js';
import type { EmulatedCloud } from '../helpers/emulated-cloud.js';
import { imagedCluster } from '../helpers/imaged-cluster.js';
import { canRunMachines, containerOf } from '../helpers/machines-cloud.js';
import { pingOnHost } from '../helpers/ping-on-host.js';
import { searchForSecrets } from '../helpers/secret-search.js';
import { expectSecretsKept, hostsOf, idOf, robber, strangersTold, webOf, type Hosts, type Shown } from '../helpers/secured-hosts.js';
import { PLAIN_PORTS } from '../helpers/strangers-answers.js';
import { canOperate, loadRedis, valuesOf, type Operator } from '../helpers/ucloud-operator.js';

const engine = await dockerEngine();
afterAll(() => engine?.close());
const able = (await canRunMachines()) && canOperate;

test.skipIf(!able)('a cluster that does what anybody asks becomes secure, its jobs pinged', { timeout: 900_000 }, async () => {
  const search = searchForSecrets([]);
  const { cloud, me, mirror } = await imagedCluster({ clients: 1 });
  const { must, run, cluster } = me;
  const plain = await run(['up', '--profile', 'plain', '--clients', '1']);
  expect([plain.code, plain.stderr]).toEqual([2, expect.stringContaining('has no hosts yet, and cannot have profile plain')]);
  const open = ['--profile', 'poc', '--clients', '1'];
  const asked = await run(['up', ...open]);
  expect([asked.code, asked.stderr]).toEqual([2, expect.stringMatching(/profile poc leaves the cluster open[^]*acceptInsecure/)]);
  me.connections();
  const up = await must('up', ...open, '--accept-insecure');
  expect(up.stderr).toContain('Do not use it in production as it is.');
  // Nobody sets up its hosts over SSH.
  expect(me.connections()).toEqual([]);
  const { address = '' } = (await must('status', '--json')).json<Shown>().nodes.find(({ name }) => name === 'nomad-server-1') ?? {};
  expect((await fetch(`http://${address.split(' ')[0]}:4646/v1/jobs`)).status).toBe(200);
  expect((await must('status')).stdout).toMatch(/^insecure {2}profile poc: .*; it is secured by: .* up prod --profile secure$/m);

  // An earlier release kept nothing of it: its default was another one.
  const file = join(cluster, 'cluster.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^.*\n *profile: .*\n/m, ''));
  const again = await must('up', '--json');
  expect([again.json()['stepsRun'], again.stderr]).toEqual([0, expect.stringContaining('was made with profile plain')]);
  expect((await must('status')).stdout).toMatch(/^insecure {2}profile plain: /m);

  const variables = await loadRedis(me, engine!, ['client-1'], mirror);
  await must('job', 'deploy', 'redis', ...variables);
  const own = join(me.home, 'own.nomad.hcl');
  writeFileSync(own, OWN);
  await must('job', 'deploy', own);
  const before = await runningOf(me, 'own');
  expect(before).toHaveLength(1);
  // With certificates of everybody besides, which the life before was without.
  const secure = ['up', '--profile', 'secure', '--client-certificates'];
  const refused = await run(secure);
  expect(refused.code).toBe(4);
  expect(refused.stderr).toMatch(/cluster prod becomes secure, for good: there is nobody to agree to it[^]*all 5 agents of its 3 hosts/);
  expect(refused.stderr).toMatch(/deployed again by this, as they are: redis/);
  const replacing = await run([...secure, '--replace-host', 'client-1', '--yes']);
  expect([replacing.code, replacing.stderr]).toEqual([2, expect.stringContaining('cannot become secure and have hosts made anew at once')]);

  // Killed when all agents have ended, and again when the first host has been set up.
  const thief = await robber(cloud);
  const pings = await pingOnHost(await containerOf(cloud, await idOf(cloud, 'client-1')), (await webOf(me)).port);
  expect((await run([...secure, '--yes'], 'SIGKILL renamed agents/profile')).code).toBe(137);
  const chosen = me.secrets();
  const status = await run(['status']);
  expect(status.stdout).toMatch(/half-way +it becomes secure/);
  expect((await run(['up'], 'SIGKILL renamed /hosts/')).code).toBe(137);
  const done = await must('up', '--json');
  process.stdout.write(`from plain to secure, 3 hosts, the last run: ${Number(done.json()['ms']) / 1000} s\n`);
  expect(me.secrets()).toEqual(chosen);
  expect(await thief.end()).not.toContainEqual(expect.stringMatching(/ 200$/));
  for (const value of valuesOf(me)) search.add(value);
  expect((await must('up', '--json')).json()['stepsRun']).toBe(0);
  await expectCertificates(cloud, await hostsOf(me));
  expect(await runningOf(me, 'own')).toEqual(before);
  // The tasks of the mesh show theirs, the operator has another one.
  const operator = readFileSync(join(cluster, 'operator.pem'), 'utf8');
  await must('rotate', 'certificates', '--yes');
  expect(readFileSync(join(cluster, 'operator.pem'), 'utf8')).not.toBe(operator);
  await must('job', 'verify', 'redis');
  const { sent, failed, gapMs } = await pings.end();
  // Its mesh is another one afterwards, and it is deployed again: it comes back, and how soon is told, not demanded.
  expect(failed.length).toBeLessThan(sent);
  process.stdout.write(
    `pings of the pair from plain to secure, two kills included: ${failed.length} of ${sent} failed, longest gap ${gapMs} ms\n`,
  );
  expect((await must('status')).stdout).not.toMatch(/half-way|insecure/);
  await expectSecretsKept(me, cloud, { search, hosts: 3 });
  await must('down', '--yes');
});

/** A job that has nothing to do with Consul: its task goes on. */
const OWN = `
job "own" {
  group "main" {
    task "sleep" {
      driver = "exec"
      config {
        command = "sleep"
        args    = ["100000"]
      }
      resources {
        cpu    = 20
        memory = 16
      }
    }
  }
}
`;

/** Ids of the allocations of a job that run, with their restarts. */
async function runningOf({ must }: Operator, job: string): Promise<string[]> {
  const { allocations } = (await must('job', 'status', job, '--json')).json<{
    allocations: { id: string; status: string; restarts: number }[];
  }>();
  return allocations.filter(({ status }) => status === 'running').map(({ id, restarts }) => `${id} restarted ${restarts} times`);
}

/** Whoever asks an API without a certificate hears nothing of it, and nobody is left at the plain ports. */
async function expectCertificates(cloud: EmulatedCloud, hosts: Hosts): Promise<void> {
  const { outside, inside } = await strangersTold(cloud, hosts, 'client-1');
  for (const host of hosts.keys()) expect(inside[host], host).toMatchObject(PLAIN_PORTS);
  for (const [host, port] of Object.entries({ 'consul-server-1': 'consulHttp', 'nomad-server-1': 'nomadHttp' }))
    for (const heard of [outside, inside])
      for (const said of Object.values((heard[host]?.[port] ?? { none: '' }) as object))
        expect(said, host).toMatch(/^(ERR_SSL_\w*CERTIFICATE_REQUIRED|ECONNRESET|EPIPE)$/);
}
