import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { canRunMachines, containerOf, createHosts, execIn, hostsIn, machinesCloud } from '../../../../../test/helpers/machines-cloud.js';
import type { EmulatedCloud, Params } from '../../../../../test/helpers/emulated-cloud.js';
import { answersHere, answersTo } from '../../../../../test/helpers/open-ports.js';

const can = await canRunMachines();
const PATIENCE = { timeout: 60_000 };
const tlsFile = (name: string): string => readFileSync(new URL(`../../../../../test/fixtures/tls/${name}`, import.meta.url), 'utf8');

interface Listening {
  readonly ULBId: string;
  readonly VServerId: string;
}

async function listener(cloud: EmulatedCloud, ULBId: string, params: Params, hosts: readonly string[]): Promise<Listening> {
  const { VServerId } = await cloud.ok('CreateVServer', { ULBId, ListenType: 'RequestProxy', ...params });
  for (const ResourceId of hosts) await cloud.ok('AllocateBackend', { ULBId, VServerId, ResourceType: 'UHost', ResourceId, Port: 8080 });
  return { ULBId, VServerId };
}

/** As the API says it: of the listener, and of its backends. */
async function statusOf(cloud: EmulatedCloud, listening: Listening): Promise<string> {
  const { DataSet } = await cloud.ok('DescribeVServer', { ...listening });
  const [{ Status, BackendSet }] = DataSet as [{ Status: number; BackendSet: { Status: number }[] }];
  return [Status, ...BackendSet.map((backend) => backend.Status)].join(' ');
}

/** Answers to so many requests of curl's, which goes by no proxy. */
async function said(times: number, ...argv: readonly string[]): Promise<string[]> {
  const heard: string[] = [];
  for (let call = 0; call < times; call++) {
    const asked = promisify(execFile)('curl', ['--silent', '--noproxy', '*', '--max-time', '5', ...argv]);
    heard.push(
      await asked.then(
        ({ stdout }) => stdout.trim(),
        ({ code }: { code: unknown }) => `curl ${String(code)}`,
      ),
    );
  }
  return heard.toSorted();
}

test.skipIf(!can)('load balancers: health checks, TLS, rules, and inner ones, over hosts that are real', async () => {
  const cloud = await machinesCloud();
  const hosts = await createHosts(cloud, { Name: 'web', MaxCount: 2 });
  const running = await hostsIn(cloud, 'Running', hosts);
  const containers = await Promise.all(hosts.map((id) => containerOf(cloud, id)));
  const serve =
    'mkdir /srv/www && cd /srv/www && hostname > index.html && systemd-run --working-directory /srv/www python3 -m http.server 8080';
  for (const container of containers) await execIn(container, 'bash', '-c', serve);

  const { FWId } = await cloud.ok('CreateFirewall', {
    Name: 'front',
    'Rule.0': 'TCP|80|0.0.0.0/0|ACCEPT|HIGH|',
    'Rule.1': 'TCP|443|0.0.0.0/0|ACCEPT|HIGH|',
  });
  const { ULBId } = await cloud.ok('CreateULB', { ULBName: 'front', OuterMode: 'Yes', ListenType: 'RequestProxy', FirewallId: FWId });
  const { EIPId, EIPAddr } = (await cloud.ok('AllocateEIP', { OperatorName: 'Bgp', Bandwidth: 1 })).EIPSet[0];
  await cloud.ok('BindEIP', { EIPId, ResourceType: 'ulb', ResourceId: ULBId });
  const eip = EIPAddr[0].IP as string;

  // A path that is not there yet: the port is open, and nobody is well.
  const http = await listener(cloud, ULBId, { Protocol: 'HTTP', FrontendPort: 80, MonitorType: 'Path', Path: '/healthy' }, hosts);
  await expect.poll(() => said(1, `http://${eip}/`), PATIENCE).toEqual(['no backend is well']);
  expect(await statusOf(cloud, http)).toBe('1 1 1');
  await execIn(containers[1] ?? '', 'touch', '/srv/www/healthy');
  await expect.poll(() => statusOf(cloud, http), PATIENCE).toBe('2 1 0');
  expect(await said(2, `http://${eip}/`)).toEqual(['web-2', 'web-2']);
  await execIn(containers[0] ?? '', 'touch', '/srv/www/healthy');
  await expect.poll(() => statusOf(cloud, http), PATIENCE).toBe('0 0 0');
  expect(await said(2, `http://${eip}/`)).toEqual(['web-1', 'web-2']);

  // TLS ends at the load balancer, with what is bound to it; the key is shown to nobody.
  const https = await listener(cloud, ULBId, { Protocol: 'HTTPS', FrontendPort: 443 }, hosts);
  const pem = { UserCert: tlsFile('agent.pem'), PrivateKey: tlsFile('agent.key'), CaCert: tlsFile('ca.pem') };
  const { SSLId } = await cloud.ok('CreateSSL', { SSLName: 'own', ...pem });
  await cloud.ok('BindSSL', { SSLId, ...https });
  const ca = new URL('../../../../../test/fixtures/tls/ca.pem', import.meta.url).pathname;
  const secured = ['--cacert', ca, '--resolve', `server.global.nomad:443:${eip}`, 'https://server.global.nomad/'];
  await expect.poll(() => said(2, ...secured), PATIENCE).toEqual(['web-1', 'web-2']);
  expect(JSON.stringify(await cloud.ok('DescribeSSL', { SSLId }))).not.toContain('PRIVATE KEY');
  const { BackendSet } = ((await cloud.ok('DescribeVServer', { ...https })).DataSet as [{ BackendSet: { BackendId: string }[] }])[0];
  await cloud.ok('CreatePolicy', { ...https, Type: 'Domain', Match: 'server.global.nomad', 'BackendId.0': BackendSet[0]?.BackendId ?? '' });
  await expect.poll(() => said(2, ...secured), PATIENCE).toEqual(['web-1', 'web-1']);
  await cloud.ok('UnbindSSL', { SSLId, ...https });
  await expect.poll(() => said(1, ...secured), PATIENCE).toEqual(['curl 7']);
  expect(
    await answersHere(
      '127.0.0.1',
      [22, 8080].map((port) => ({ address: eip, port })),
    ),
  ).toEqual(['silent', 'silent']);

  // An inner one has an address of the subnet, for its neighbours and for nobody else.
  const { ULBId: innerId } = await cloud.ok('CreateULB', { ULBName: 'inner', InnerMode: 'Yes', ListenType: 'RequestProxy' });
  const inner = await listener(cloud, innerId, { Protocol: 'TCP', FrontendPort: 81 }, hosts);
  const { PrivateIP } = ((await cloud.ok('DescribeULB', { ULBId: innerId })).DataSet as [{ PrivateIP: string }])[0];
  await expect.poll(() => statusOf(cloud, inner), PATIENCE).toBe('0 0 0');
  const fetched = `python3 -c 'import sys, urllib.request as u; print(u.urlopen(sys.argv[1], timeout=5).read().decode().strip())'`;
  const ask = (address: string) => execIn(containers[0] ?? '', 'bash', '-c', `for i in 1 2; do ${fetched} http://${address}/; done`);
  expect((await ask(`${PrivateIP}:81`)).output.trim().split('\n').toSorted()).toEqual(['web-1', 'web-2']);
  expect(await answersTo(containers[0] ?? '', [{ address: PrivateIP, port: 22 }])).toEqual(['silent']);
  expect(await answersHere('127.0.0.1', [{ address: PrivateIP, port: 81 }])).not.toEqual(['open']);
  expect((await ask(eip)).output.trim().split('\n').toSorted()).toEqual(['web-1', 'web-2']);

  await cloud.ok('PoweroffUHostInstance', { UHostId: hosts[0] ?? '' });
  await hostsIn(cloud, 'Stopped', hosts.slice(0, 1));
  await expect.poll(() => said(2, `http://${eip}/`), PATIENCE).toEqual(['web-2', 'web-2']);
  expect(await statusOf(cloud, http)).toBe('2 1 0');
  expect(running).toHaveLength(2);
});
