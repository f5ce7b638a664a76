import { reasonOf } from '@nomadctl/base/reason';
import type { ClusterConnection } from '../../cluster/connection.js';
import type { Context } from '../../context.js';
import { askDns, askSystem, type DnsAnswer } from '../../names/ask-dns.js';
import { bridgeAddresses, runningForwarder } from '../../names/forwarder/run-forwarder.js';
import { findResolver } from '../../names/resolver/find-resolver.js';
import { resolverStanding, type ResolverStanding } from '../../names/resolver/resolver-standing.js';
import { PROBE } from './enable.js';
import { SYSTEM_ROOT } from './resolver-change.js';

/** Somewhere a program may ask for a name. */
export interface NamesPlace {
  readonly place: string;
  readonly resolves: boolean;
  readonly detail: string;
}

export interface NamesLook {
  readonly cluster: string;
  readonly connection: Pick<ClusterConnection, 'names' | 'nodes'>;
  /** Hosts of the cluster's own. */
  readonly nodes: readonly string[];
  readonly ctx: Context;
}

/** Asks all of them for a name that every cluster has; for jobs by what tasks of each driver are given. */
export async function whereNamesResolve({ cluster, connection: { names, nodes: control }, nodes, ctx }: NamesLook): Promise<NamesPlace[]> {
  if (names === undefined) return hostsAnswer(nodes, control.run, ctx);
  const [first] = names;
  const [agent, system, standing] = await Promise.all([
    first ? askDns(first, PROBE) : NOBODY,
    askSystem(PROBE),
    resolverStanding(SYSTEM_ROOT),
  ]);
  const isSame = system.addresses.length > 0 && system.addresses.join() === agent.addresses.join();
  const here = { resolves: isSame, detail: isSame ? 'as this computer' : 'as this computer: not' };
  return [
    {
      place: "Consul's agents",
      resolves: agent.addresses.length > 0,
      detail:
        names.map(({ address, port }) => `${address}:${port}`).join(' ') +
        (agent.problem ? `: ${agent.problem}` : ', everybody, without a token'),
    },
    { place: 'this computer', resolves: isSame, detail: systemDetail({ cluster, system, standing, isSame, ctx }) },
    { place: 'jobs, raw_exec', ...here },
    { place: 'jobs, exec', ...here, detail: `${here.detail}, when the task starts` },
    { place: 'jobs, docker on the network of the host', ...here },
    ...bridged(),
  ];
}

const NOBODY: DnsAnswer = { addresses: [], problem: 'there are none' };

/** What is in a network of its own has a loopback of its own: resolvers of this computer's loopback are not there. */
function bridged(): NamesPlace[] {
  const place = 'jobs in a network of their own (docker, bridge)';
  const addresses = runningForwarder(SYSTEM_ROOT) ? bridgeAddresses() : [];
  if (addresses.length === 0)
    return [{ place, resolves: false, detail: 'their loopback is another one; after --enable with /etc/resolv.conf a bridge answers' }];
  return [{ place, resolves: true, detail: `with network { dns { servers = [${addresses.map((one) => `"${one}"`).join(' or ')}] } }` }];
}

interface SystemLook {
  readonly cluster: string;
  readonly system: DnsAnswer;
  readonly standing: ResolverStanding | undefined;
  readonly isSame: boolean;
  readonly ctx: Pick<Context, 'platform'>;
}

function systemDetail({ cluster, system, standing, isSame, ctx }: SystemLook): string {
  const { title } = standing?.way ?? findResolver(SYSTEM_ROOT, ctx.platform);
  if (standing === undefined)
    return isSame ? `${title}, set up by somebody else` : `${title} ${system.problem ?? 'answers for another cluster'}`;
  const { record, state } = standing;
  if (record.cluster !== cluster) return `${title} asks cluster ${record.cluster}`;
  if (isSame) return state === 'ours' ? title : `${title}, edited since`;
  if (state === 'replaced') return `${title} was written anew since --enable`;
  if (standing.way.forwards && runningForwarder(SYSTEM_ROOT) === undefined)
    return `${title}: our resolver does not run; --enable starts it`;
  return `${title} ${system.problem ?? 'answers otherwise than the agents'}`;
}

const RUN_MS = 20_000;

/** One host speaks for all: each was made in the same way. */
async function hostsAnswer([node]: readonly string[], run: ClusterConnection['nodes']['run'], { signal }: Context): Promise<NamesPlace[]> {
  const place = 'hosts of the cluster, and all jobs on them';
  if (node === undefined || run === undefined) return [{ place, resolves: false, detail: 'none can be asked' }];
  try {
    const { exitCode } = await run(node, ['getent', 'ahostsv4', PROBE], { signal, timeoutMs: RUN_MS });
    const detail =
      exitCode === 0 ? `${node} does` : `${node} does not: hosts that an earlier version made do not, until up --replace makes them anew`;
    return [{ place, resolves: exitCode === 0, detail }];
  } catch (error) {
    signal.throwIfAborted();
    return [{ place, resolves: false, detail: `${node}: ${reasonOf(error)}` }];
  }
}
