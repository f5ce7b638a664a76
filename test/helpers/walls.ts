import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentPorts } from '../../src/cluster/agent-ports.js';
import type { EmulatedCloud } from './emulated-cloud.js';
import { containerOf, createHosts, execIn, hostsIn, terminate } from './machines-cloud.js';
import { answersHere, answersTo, type Answer, type Target } from './open-ports.js';

/** Ports in words, whose they are, and on which host each is asked for. */
type Row = readonly [ports: string, what: string, at: readonly string[]];

const TASK_PORT = 25_000;

function rowsOf(ports: AgentPorts): readonly Row[] {
  const { consulHttp, consulGrpc, consulDns, consulRpc, consulSerf, nomadHttp, nomadRpc, nomadSerf } = ports;
  const consul = [consulRpc, consulSerf, consulSerf + 1, consulGrpc, consulDns];
  const on = (host: string, ...listening: readonly number[]): string[] => listening.map((port) => `${host}:${port}`);
  return [
    ['22', 'ssh on servers', ['consul-server-1:22', 'nomad-server-1:22']],
    ['22', 'ssh on clients', ['client-1:22']],
    [String(consulHttp), "Consul's API on its servers", on('consul-server-1', consulHttp)],
    [String(nomadHttp), "Nomad's API on its servers", on('nomad-server-1', nomadHttp)],
    [
      `${consulHttp}, ${nomadHttp}`,
      'the APIs on other hosts',
      [...on('nomad-server-1', consulHttp), ...on('client-1', consulHttp, nomadHttp)],
    ],
    [consul.join(', '), 'Consul among itself', on('consul-server-1', ...consul)],
    [`${nomadRpc}, ${nomadSerf}`, 'Nomad among itself', on('nomad-server-1', nomadRpc, nomadSerf)],
    ['20000-32000', 'jobs', on('client-1', TASK_PORT)],
  ];
}

interface Host {
  readonly id: string;
  readonly privateIp: string;
  readonly eip: string;
}

export interface StrangersNetwork {
  readonly VPCId: string;
  readonly SubnetId: string;
  /** A subnet can go only a while after its hosts: UCloud keeps their addresses for ten minutes of its time. */
  remove(): Promise<void>;
}

/** A network of somebody else. The default one would not do: it is all of 10.0.0.0/8, and so can not be connected with a cluster's. */
export async function strangersNetwork(cloud: EmulatedCloud, range: string): Promise<StrangersNetwork> {
  const { VPCId } = await cloud.ok('CreateVPC', { Name: 'strangers', 'Network.0': range });
  const [Subnet = '', Netmask = ''] = range.split('/');
  const { SubnetId } = await cloud.ok('CreateSubnet', { VPCId, Subnet, Netmask, SubnetName: 'strangers' });
  return {
    VPCId,
    SubnetId,
    async remove() {
      await cloud.ok('DeleteSubnet', { SubnetId });
      await cloud.ok('DeleteVPC', { VPCId });
    },
  };
}

/** The lines of a table of port and caller, from connections that were tried; every cell is of all that belong to it. */
export async function wallsOf(cloud: EmulatedCloud, ports: AgentPorts, { VPCId, SubnetId }: StrangersNetwork): Promise<string[]> {
  const rows = rowsOf(ports);
  const hosts = await clusterHosts(cloud);
  const onHost = await containerOf(cloud, hosts.get('client-1')?.id ?? '');
  const listen = `import socket; s = socket.create_server(('0.0.0.0', ${TASK_PORT})); [s.accept()[0].close() for _ in iter(int, 1)]`;
  await execIn(onHost, 'systemd-run', '--unit', 'job-port', 'python3', '-c', listen);
  const targets = (over: 'eip' | 'privateIp'): Target[][] =>
    rows.map(([, , at]) =>
      at.map((word) => {
        const [name = '', port] = word.split(':');
        // Whoever looks for one without a public address tries the private one.
        return { address: hosts.get(name)?.[over] || (hosts.get(name)?.privateIp ?? ''), port: Number(port) };
      }),
    );

  const [stranger = ''] = await createHosts(cloud, { VPCId, SubnetId });
  await hostsIn(cloud, 'Running', [stranger]);
  const theirs = await containerOf(cloud, stranger);
  const columns = [
    await eachRow(targets('eip'), (asked) => answersHere('127.0.0.1', asked)),
    merged(
      await eachRow(targets('eip'), (asked) => answersHere('127.0.0.9', asked)),
      await eachRow(targets('eip'), (asked) => answersTo(theirs, asked)),
    ),
    merged(
      ...(await Promise.all(
        ['consul-server-1', 'nomad-server-1', 'client-2']
          .filter((name) => hosts.has(name))
          .map(async (name) => {
            const from = await containerOf(cloud, hosts.get(name)?.id ?? '');
            return eachRow(targets('privateIp'), (asked) => answersTo(from, asked));
          }),
      )),
    ),
  ];
  const apart = await eachRow(targets('privateIp'), (asked) => answersTo(theirs, asked));
  const unpeer = await peerWithCluster(cloud, VPCId);
  // The way is there a moment after the answer.
  const job = { address: hosts.get('client-1')?.privateIp ?? '', port: TASK_PORT };
  for (let tries = 0; tries < 20 && (await answersTo(theirs, [job]))[0] !== 'open'; tries++) await sleep(100);
  const beside = await eachRow(targets('privateIp'), (asked) => answersTo(theirs, asked));
  await unpeer();
  await terminate(cloud, [stranger]);
  await execIn(onHost, 'systemctl', 'stop', 'job-port');
  return rows.map(([which, what], row) => `| ${[which, what, ...[...columns, beside, apart].map((column) => column[row])].join(' | ')} |`);
}

/** `yes` where all of a row answer, `no` where nobody answers at all, else the answers. */
async function eachRow(rows: readonly Target[][], ask: (targets: readonly Target[]) => Promise<Answer[]>): Promise<string[]> {
  const answers = await ask(rows.flat());
  return rows.map((row) => inWords(answers.splice(0, row.length)));
}

function inWords(answers: readonly Answer[]): string {
  if (answers.every((answer) => answer === 'open')) return 'yes';
  return answers.every((answer) => answer === 'silent') ? 'no' : answers.join(' ');
}

/** Columns of several callers who are to be told the same. */
function merged(...columns: readonly string[][]): string[] {
  return (columns[0] ?? []).map((_, row) => [...new Set(columns.map((column) => column[row]))].join(' or '));
}

/** By their names in the cluster. */
export async function clusterHosts(cloud: EmulatedCloud): Promise<ReadonlyMap<string, Host>> {
  const { UHostSet } = await cloud.ok('DescribeUHostInstance', { Tag: 'nomadctl-prod', Limit: 100 });
  return new Map(
    UHostSet.map(({ UHostId, Name, IPSet }: { UHostId: string; Name: string; IPSet: { Type: string; IP: string }[] }) => [
      Name.replace(/^prod-/, ''),
      {
        id: UHostId,
        privateIp: IPSet.find(({ Type }) => Type === 'Private')?.IP ?? '',
        eip: IPSet.find(({ Type }) => Type !== 'Private')?.IP ?? '',
      },
    ]),
  );
}

/** As `controllerVpcId` would. @returns what takes it back. */
async function peerWithCluster(cloud: EmulatedCloud, VPCId: string): Promise<() => Promise<void>> {
  const { DataSet } = await cloud.ok('DescribeVPC', { Limit: 100 });
  const others = DataSet.filter(({ Tag }: { Tag: string }) => Tag === 'nomadctl-prod').map((vpc: { VPCId: string }) => vpc.VPCId);
  for (const DstVPCId of others) await cloud.ok('CreateVPCIntercom', { VPCId, DstVPCId });
  return async () => {
    for (const DstVPCId of others) await cloud.ok('DeleteVPCIntercom', { VPCId, DstVPCId });
  };
}
