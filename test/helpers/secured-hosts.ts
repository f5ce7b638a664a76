import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, onTestFinished } from 'vitest';
import { SECURED_PORTS } from '../../src/cluster/agent-ports.js';
import type { EmulatedCloud } from './emulated-cloud.js';
import { containerOf, inspectContainer } from './machines-cloud.js';
import type { searchForSecrets } from './secret-search.js';
import { askAsStranger } from './stranger.js';
import type { Operator } from './ucloud-operator.js';
import { clusterHosts } from './walls.js';

const stranger = fileURLToPath(new URL('../fixtures/stranger.mjs', import.meta.url));

export interface Shown {
  readonly nodes: readonly { readonly name: string; readonly address: string; readonly agents: readonly { readonly state: string }[] }[];
  readonly security?: { readonly profile: string };
}

/** Public and private address of each host, all of whose agents run. */
export async function hostsOf({ must }: Operator): Promise<Hosts> {
  const { nodes, security } = (await must('status', '--json')).json<Shown>();
  expect(security).toMatchObject({ profile: 'secure' });
  expect(nodes.filter(({ agents }) => agents.some(({ state }) => state !== 'running'))).toEqual([]);
  return new Map(
    nodes.map(({ name, address }) => {
      const [, open = '', inside = ''] = /^(\S+) \((\S+)\)$/.exec(address) ?? [];
      return [name, { open, inside }];
    }),
  );
}

export type Hosts = Map<string, { readonly open: string; readonly inside: string }>;

export async function idOf(cloud: EmulatedCloud, host: string): Promise<string> {
  const { UHostSet } = await cloud.ok('DescribeUHostInstance', { Limit: 100 });
  return (UHostSet as { Name: string; UHostId: string }[]).find(({ Name }) => Name === `prod-${host}`)?.UHostId ?? '';
}

/** Nobody was told what is secret but whom it is for. */
export async function expectSecretsKept(
  me: Operator,
  cloud: EmulatedCloud,
  { search, hosts }: { readonly search: ReturnType<typeof searchForSecrets>; readonly hosts: number },
): Promise<void> {
  const created = cloud.requests.list({ after: 0 }).filter(({ action }) => action === 'CreateUHostInstance');
  const userData = created.map(({ params }) => Buffer.from(params['UserData'] ?? '', 'base64').toString());
  expect(userData.filter((script) => script.includes('authorized_keys')).length).toBeGreaterThanOrEqual(hosts);
  expect(userData.filter(search.isIn)).toEqual([]);
  expect(me.said.filter(search.isIn)).toEqual([]);
  expect(search.commandLines()).toEqual([]);
  expect(search.saw(/consul agent -config-dir=\/etc\/consul\.d/)).toBe(true);
  expect(await search.files(me.home, [/^clusters\/prod\/secrets\.json$/])).toEqual([]);
}

/** Somebody whom `allowIp` lets in asks every server for the first token from before it runs, and goes on. */
export async function robber(cloud: EmulatedCloud): Promise<{ end(): Promise<string[]> }> {
  const heard = new Set<string>();
  let isEnded = false;
  const ask = async (program: string, url: string): Promise<void> => {
    const answer = await askAsStranger(url, { method: 'PUT', timeoutMs: 3000 }).catch(() => undefined);
    if (answer) heard.add(`${program} ${answer.status}`);
  };
  const addressesOf = async (): Promise<readonly (string | undefined)[]> => {
    const hosts = await clusterHosts(cloud);
    return ['consul-server-1', 'nomad-server-1'].map((name) => hosts.get(name)?.eip || undefined);
  };
  const steal = async (): Promise<void> => {
    let [consul, nomad] = await addressesOf();
    while (!isEnded && !(consul && nomad)) {
      await sleep(500);
      [consul, nomad] = await addressesOf();
    }
    while (!isEnded) {
      const asked = [ask('consul', `https://${consul}:8501/v1/acl/bootstrap`), ask('nomad', `https://${nomad}:4646/v1/acl/bootstrap`)];
      await Promise.all([...asked, sleep(50)]);
    }
  };
  const done = steal();
  onTestFinished(() => void (isEnded = true));
  return {
    async end() {
      isEnded = true;
      await done;
      return [...heard].sort();
    },
  };
}

/** What each port of each host says to somebody without a token: over the internet, and on another host of the cluster. */
export async function strangersTold(cloud: EmulatedCloud, hosts: Hosts, on: string): Promise<{ outside: Heard; inside: Heard }> {
  const container = (await inspectContainer(await containerOf(cloud, await idOf(cloud, on)))) as { State: { Pid: number } };
  const neighbour = ['nsenter', '--target', String(container.State.Pid), '--net'];
  const [outside, inside] = await Promise.all([strangerTold(hosts, 'open', []), strangerTold(hosts, 'inside', neighbour)]);
  return { outside, inside };
}

export type Heard = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

async function strangerTold(hosts: Hosts, at: 'open' | 'inside', from: readonly string[]): Promise<Heard> {
  const nodes = [...hosts].map(([name, addresses]) => ({ ...SECURED_PORTS, name, address: addresses[at] }));
  const [file = '', ...argv] = [...from, process.execPath, stranger, JSON.stringify(nodes)];
  return (JSON.parse((await promisify(execFile)(file, argv)).stdout) as { nodes: Heard }).nodes;
}

/** Where the group web has its way to redis. */
export async function webOf({ must }: Operator): Promise<{ readonly node: string; readonly port: number }> {
  interface Allocation {
    readonly ID: string;
    readonly NodeName: string;
    readonly TaskGroup: string;
    readonly ClientStatus: string;
    readonly AllocatedResources: { readonly Shared: { readonly Ports: readonly { readonly Label: string; readonly Value: number }[] } };
  }
  const ask = async <T>(path: string): Promise<T> => (await must('exec', 'nomad', 'operator', 'api', path)).json<T>();
  const allocations = await ask<Allocation[]>('/v1/job/redis/allocations');
  const web = allocations.find(({ TaskGroup, ClientStatus }) => TaskGroup === 'web' && ClientStatus === 'running');
  const { AllocatedResources, NodeName } = await ask<Allocation>(`/v1/allocation/${web?.ID ?? ''}`);
  return { node: NodeName, port: AllocatedResources.Shared.Ports.find(({ Label }) => Label === 'redis')?.Value ?? 0 };
}
