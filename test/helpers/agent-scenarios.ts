import { hostConfigs, type AgentHost } from '../../src/agents/config/host-configs.js';
import { assignNodes } from '../../src/agents/node-assignment.js';
import type { LocalSettings } from '../../src/agents/local-options.js';
import { nodesFor, type Size } from '../../src/agents/topology.js';
import { renderConfigs } from '../../src/agents/config-files.js';
import { slotClaims } from './slot-claims.js';

/** Configurations of a cluster as `up` renders them: path below the folder of all agents -> text. */
export type Rendered = ReadonlyMap<string, string>;

export interface Scenario {
  readonly name: string;
  /** @param agents folder of all agents, for paths in the configurations. */
  render(agents: string, consulBinary: string): Promise<Rendered>;
}

/**
 * One cluster for each way in which configurations come out otherwise. Root and rootless clusters are told the same: which
 * drivers work is what Nomad finds out.
 */
export const scenarios: readonly Scenario[] = [
  local('local-single', { size: { servers: 1, clients: 2 } }),
  local('local-three-servers', { size: { servers: 3, clients: 1 } }),
  local('local-split-roles', {
    size: { servers: 3, clients: 1, splitRoles: true },
    settings: { datacenter: 'home', drivers: ['exec', 'docker'], clientCpu: 2000, clientMemory: 512 },
  }),
  local('local-ports', { size: { servers: 1, clients: 1 }, mode: 'ports', loopback: 'lo0', settings: { drivers: ['raw_exec'] } }),
  local('local-bridge', { size: { servers: 1, clients: 1 }, settings: { bridge: true, drivers: ['raw_exec', 'exec'] } }),
  local('local-joining', { size: { servers: 3, clients: 0 }, before: { servers: 1, clients: 0 } }),
  local('local-secured', { size: { servers: 1, clients: 1 }, secured: true }),
  local('local-becoming-secure', { size: { servers: 1, clients: 1 }, secured: true, isOpen: true }),
  local('local-secured-split-roles', { size: { servers: 1, clients: 0, splitRoles: true }, secured: true }),
  local('local-client-certificates', {
    size: { servers: 1, clients: 1 },
    secured: true,
    settings: { clientCertificates: true, clientIntroduction: 'strict' },
  }),
  hosts('hosts-one-server', ['consul-server-1', 'nomad-server-1', 'client-1']),
  hosts('hosts-three-servers', [
    ...['consul-server-1', 'consul-server-2', 'consul-server-3'],
    ...['nomad-server-1', 'nomad-server-2', 'nomad-server-3'],
    ...['client-web-1', 'client-batch-1'],
  ]),
  hosts('hosts-both-servers', ['server-1', 'server-2', 'server-3', 'client-1']),
  hosts('hosts-secured', ['consul-server-1', 'nomad-server-1', 'client-1'], 'certificate of the authority'),
];

interface LocalCase {
  readonly size: Partial<Size> & Pick<Size, 'servers' | 'clients'>;
  /** What was there when its servers elected. */
  readonly before?: Pick<Size, 'servers' | 'clients'>;
  readonly mode?: 'addresses' | 'ports';
  readonly loopback?: string;
  readonly secured?: boolean;
  /** It has been plain, and Consul is not closed yet. */
  readonly isOpen?: boolean;
  readonly settings?: Partial<
    Pick<LocalSettings, 'datacenter' | 'drivers' | 'clientCpu' | 'clientMemory' | 'bridge' | 'clientCertificates' | 'clientIntroduction'>
  >;
}

function local(
  name: string,
  { size, before, mode = 'addresses', loopback = 'lo', settings, secured = false, isOpen = false }: LocalCase,
): Scenario {
  return {
    name,
    async render(agents, consulBinary) {
      const wanted = (some: LocalCase['size']) => nodesFor({ splitRoles: false, ...some });
      const request = { owner: 'dev', mode, claims: slotClaims(2), secured };
      const known = before ? (await assignNodes({ ...request, wanted: wanted(before), known: [], formed: false })).nodes : [];
      const { nodes } = await assignNodes({ ...request, wanted: wanted(size), known, formed: before !== undefined });
      const chosen = {
        datacenter: 'dc1',
        drivers: ['auto'],
        clientCpu: 0,
        clientMemory: 0,
        bridge: false,
        clientCertificates: false,
        clientIntroduction: 'none',
        ...settings,
      } as const;
      const authority = secured ? { file: `${agents}/ca.pem`, pem: 'certificate of the authority' } : undefined;
      const rendered = renderConfigs({
        nodes,
        agents,
        settings: chosen,
        consulBinary,
        tools: '/tools',
        loopback,
        authority,
        isOpen,
        hasRootLinks: true,
      });
      return new Map([...rendered].map(([path, text]) => [path.slice(agents.length + 1), text]));
    },
  };
}

function hosts(name: string, names: readonly string[], authority?: string): Scenario {
  return {
    name,
    async render() {
      const list = names.map((host, index): AgentHost => {
        const role = /^(server|consul-server|nomad-server|client)/.exec(host)?.[1] as AgentHost['role'];
        const kind = role === 'client' ? (/^client-(\w+)-/.exec(host)?.[1] ?? 'default') : '';
        return { name: host, role, class: kind, zone: 'hk-02', privateIp: `10.${role === 'client' ? 81 : 80}.0.${11 + index}` };
      });
      return new Map(
        [...hostConfigs(list, { datacenter: 'dc1', ...(authority === undefined ? {} : { authority }) })].flatMap(([host, configs]) =>
          Object.entries(configs).map(([program, text]) => [`${host}/${program}/agent.json`, text] as const),
        ),
      );
    },
  };
}
