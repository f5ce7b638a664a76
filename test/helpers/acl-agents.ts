import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { mkdtempSync, openSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../packages/base/src/clock.js';
import type { Secret } from '../../packages/base/src/secret/secret.js';
import { allFree } from '../../src/agents/free-port.js';
import { DEFAULT_PORTS } from '../../src/cluster/agent-ports.js';
import type { ClusterNode } from '../../src/cluster/cluster-node.js';
import { reach, type ReachedCluster } from '../../src/cluster/reach.js';
import type { ConsulTokens } from '../../src/security/acl/ensure-consul-acl.js';
import type { Work } from '../../src/security/acl/work.js';
import { sweep } from '../../src/agents/leftovers/sweep.js';
import { requireTool } from './require-tool.js';
import { openAll, secretOf } from './secret-values.js';
import { createTestContext } from './test-context.js';

/** Real agents with ACLs and nothing else of security: `server-1` and `client-1`, each with Consul and Nomad. */
export interface AclAgents {
  /** Reached with the management tokens. */
  readonly cluster: ReachedCluster;
  readonly secrets: { readonly consul: Secret; readonly nomad: Secret };
  /** What agents were told before they were known to anybody. */
  readonly tokens: ConsulTokens;
  readonly work: Work;
  readonly dir: string;
  /** Nomad's client starts when its token is there. */
  startClient(): void;
  end(): Promise<void>;
}

export const DATACENTER = 'dc1';

/** Undefined where the programs are missing; `NOMADCTL_REQUIRE=nomad,consul` makes that a failure. */
export async function startAclAgents({ acl = true }: { readonly acl?: boolean } = {}): Promise<AclAgents | undefined> {
  const programs = { consul: requireTool('consul'), nomad: requireTool('nomad') };
  const { consul, nomad } = programs;
  if (consul === undefined || nomad === undefined) return undefined;
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'nomadctl-acl-')));
  const nodes = [await nodeOf('server-1', 'server'), await nodeOf('client-1', 'client')];
  const chosen = (): Secret => secretOf(randomUUID());
  const secrets = { consul: chosen(), nomad: chosen() };
  const each = (): Record<string, Secret> => Object.fromEntries(nodes.map(({ name }) => [name, chosen()]));
  const tokens = { dns: chosen(), agents: each(), nomadAgents: each() };
  const running: ChildProcess[] = [];
  const start = (node: ClusterNode, program: 'consul' | 'nomad', config: object): void => {
    const file = join(dir, `${node.name}-${program}.json`);
    writeFileSync(file, JSON.stringify(config));
    const log = openSync(join(dir, `${node.name}-${program}.log`), 'w');
    running.push(
      spawn(programs[program] ?? '', ['agent', program === 'consul' ? '-config-file' : '-config', file], { stdio: ['ignore', log, log] }),
    );
  };
  const [server, client] = nodes as [ClusterNode, ClusterNode];
  const facts = { dir, acl, server: server.address, values: { ...openAll(secrets), dns: openAll({ dns: tokens.dns })['dns'] ?? '' } };
  for (const node of nodes) start(node, 'consul', consulConfig(node, { ...facts, agent: openAll(tokens.agents)[node.name] ?? '' }));
  const nomadOn = (node: ClusterNode): void =>
    start(node, 'nomad', nomadConfig(node, { ...facts, agent: openAll(tokens.nomadAgents)[node.name] ?? '' }));
  nomadOn(server);
  return {
    cluster: reach(nodes, acl ? { tokens: secrets } : {}),
    secrets,
    tokens,
    work: { clock: systemClock, signal: new AbortController().signal, timeoutMs: 60_000 },
    dir,
    startClient: () => nomadOn(client),
    async end() {
      for (const child of running) child.kill('SIGTERM');
      const ended = Promise.all(running.map((child) => child.exitCode ?? new Promise((resolve) => child.once('exit', resolve))));
      await Promise.race([ended, sleep(10_000)]);
      for (const child of running) child.kill('SIGKILL');
      // Tasks outlive their client, and hold its folders.
      await sweep(dir, await createTestContext({ home: dir }));
      rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

interface Facts {
  readonly dir: string;
  readonly acl: boolean;
  readonly server: string;
  readonly agent: string;
  readonly values: Readonly<Record<string, string>>;
}

function consulConfig({ name, address, agents }: ClusterNode, { dir, acl, server, agent, values }: Facts): object {
  const isServer = agents.consul === 'server';
  const tokens = { agent, dns: values['dns'], ...(isServer ? { initial_management: values['consul'] } : {}) };
  return {
    node_name: name,
    server: isServer,
    ...(isServer ? { bootstrap_expect: 1 } : { retry_join: [server], retry_interval: '1s' }),
    data_dir: join(dir, `${name}-consul`),
    bind_addr: address,
    client_addr: address,
    disable_host_node_id: true,
    disable_update_check: true,
    performance: { raft_multiplier: 1 },
    ports: { serf_wan: -1 },
    connect: { enabled: true },
    ...(acl ? { acl: { enabled: true, default_policy: 'deny', tokens } } : {}),
  };
}

function nomadConfig({ name, address, agents }: ClusterNode, { dir, acl, server, agent }: Facts): object {
  const identity = { aud: ['consul.io'], ttl: '1h' };
  const client = {
    enabled: true,
    servers: [server],
    options: { 'fingerprint.denylist': 'env_aws,env_gce,env_azure,env_digitalocean' },
  };
  return {
    name,
    data_dir: join(dir, `${name}-nomad`),
    bind_addr: address,
    advertise: { http: address, rpc: address, serf: address },
    disable_update_check: true,
    leave_on_terminate: true,
    ...(agents.nomad === 'server' ? { server: { enabled: true, bootstrap_expect: 1, raft_multiplier: 1 } } : { client }),
    plugin: { raw_exec: { config: { enabled: true } } },
    ...(acl ? { acl: { enabled: true } } : {}),
    consul: { address: `${address}:8500`, token: agent, ...(acl ? { service_identity: identity, task_identity: identity } : {}) },
  };
}

/** An address that nobody listens at, with the usual ports. */
async function nodeOf(name: string, mode: 'server' | 'client'): Promise<ClusterNode> {
  for (;;) {
    const address = `127.${randomInt(128, 254)}.${randomInt(1, 254)}.${randomInt(1, 254)}`;
    if (!(await allFree(address, Object.values(DEFAULT_PORTS)))) continue;
    return { name, agents: { consul: mode, nomad: mode }, address, ports: DEFAULT_PORTS, open: { consul: address, nomad: address } };
  }
}
