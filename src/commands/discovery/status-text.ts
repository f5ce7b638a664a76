import { alignRows, formatTable, tableLook } from '@nomadctl/base/table';
import type { Context } from '../../context.js';
import { balancerUrl, differences, type BalancerLook, type DiscoveryLook } from '../../discovery/look.js';
import type { Topology } from '../../discovery/topology.js';

/** What Nomad calls an instance: `_nomad-task-<allocation>-...`. */
const ALLOCATION = /^_nomad-task-([0-9a-f]{8})-/;

/** A topology on one screen: services with their instances, beside who serves them. */
export function statusText({ look, topology }: { readonly look: DiscoveryLook; readonly topology: Topology }, { ui }: Context): string {
  const { style } = ui;
  const tabled = tableLook(ui);
  const { registry, services, balancers } = look;
  const alive = registry.members.filter(({ status }) => status === 'alive').length;
  const found = differences(look, topology);
  return [
    ...alignRows([
      [
        'registry',
        `Consul, ${alive} of ${registry.members.length} members alive, ${registry.leader === undefined ? 'no leader' : `leader ${registry.leader}`}`,
      ],
      [
        'hosts',
        Object.entries(topology.hosts)
          .map(([name, roles]) => `${name} ${roles.join(' and ')}`)
          .join(' · '),
      ],
    ]),
    '',
    formatTable(
      ['SERVICE', 'INSTANCE', 'HOST', 'ADDRESS', 'CONSUL', 'SERVED BY'],
      services.flatMap(({ name, instances }) => {
        const own = balancers.filter(({ serves }) => serves === name);
        const rows = instances.map(({ id, node, address, passing, why = '' }) => [
          name,
          ALLOCATION.exec(id)?.[1] ?? id,
          node,
          address,
          passing ? style.good('passing') : style.bad(why),
          servers(own, address),
        ]);
        // Whom a balancer still asks, and nobody knows any more.
        const gone = [...new Set(own.flatMap(({ stale }) => stale))].filter((address) => !instances.some((one) => one.address === address));
        return [
          ...(rows.length === 0 ? [[name, '-', '-', '-', 'no instance', '']] : rows),
          ...gone.map((address) => [name, '-', '-', address, style.bad('unknown'), servers(own, address)]),
        ];
      }),
      tabled,
    ),
    '',
    formatTable(
      ['BALANCER', 'HOST', 'ADDRESS', 'SERVES', 'UPSTREAM'],
      balancers.map((one) => [
        one.balancer,
        one.node,
        `${balancerUrl(one)}${one.host === undefined ? '' : ` for ${one.host}`}`,
        one.serves,
        upstreamSaid(one),
      ]),
      tabled,
    ),
    '',
    ...(found.length === 0
      ? ['Every balancer serves what Consul calls healthy, and nothing else.']
      : found.map((line) => `${style.bad('differs')}  ${line}`)),
  ].join('\n');
}

function servers(balancers: readonly BalancerLook[], address: string): string {
  return (
    balancers
      .filter(({ upstream }) => upstream?.includes(address))
      .map(({ balancer, node }) => `${balancer} on ${node}`)
      .join(', ') || '-'
  );
}

function upstreamSaid({ upstream, missing, stale }: BalancerLook): string {
  if (upstream === undefined) return 'not known';
  const rest = [...(missing.length > 0 ? [`${missing.length} missing`] : []), ...(stale.length > 0 ? [`${stale.length} stale`] : [])];
  return [`${upstream.length} ${upstream.length === 1 ? 'instance' : 'instances'}`, ...rest].join(', ');
}
