import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import type { Context } from '../../context.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { drainClient } from '../../cluster/drain-client.js';
import { forgetNode } from '../../cluster/forget-node.js';
import { giveUpVote } from '../../cluster/give-up-vote.js';
import { nodeNamed } from '../../cluster/node-named.js';
import { powerOff } from './host-power.js';
import { leaveCluster, type LeaveRequest } from './leave-cluster.js';
import { refuseWithoutQuorum } from '../../cluster/quorum-guard.js';
import { reachCluster } from '../security/reach-cluster.js';
import type { UcloudHost } from '../ucloud-state.js';

export interface RetireRequest {
  readonly host: UcloudHost;
  /** All of the cluster, the one that goes among them. */
  readonly hosts: readonly UcloudHost[];
  readonly cluster: LeaveRequest['cluster'];
  readonly api: UcloudApi;
  readonly ctx: Pick<Context, 'exec' | 'env' | 'redact' | 'clock' | 'signal'>;
  readonly line: (text: string) => void;
}

/** Whose server a host is. */
const PROGRAM_OF = { 'consul-server': 'consul', 'nomad-server': 'nomad', client: undefined } as const;

/**
 * Takes a host out of the cluster and switches it off, so that it may be deleted and nobody misses it: a client is drained,
 * a server goes only when the others have a majority without it, its agents say goodbye, its vote is gone before its power.
 * One that is dead is taken out by the others. May be repeated.
 * @throws OutcomeError when nobody is there to take over: nothing has been switched off then.
 */
export async function retireHost({ host, hosts, cluster: own, api, ctx, line }: RetireRequest): Promise<void> {
  const { clock, signal } = ctx;
  const cluster = await reachCluster(hosts, { ...ctx, cluster: own });
  const node = nodeNamed(host.name, cluster.nodes);
  const request = { node, cluster, clock, signal, line };
  const program = PROGRAM_OF[host.role];
  if (program) await refuseWithoutQuorum({ ...request, program });
  else await drainClient(request);
  await leaveCluster({ host, hosts, cluster: own, ctx, line });
  if (program) await giveUpVote({ ...request, program });
  line(`switching ${host.name} off`);
  await powerOff(api, { id: host.id, name: host.name, clock, signal }).catch((error: unknown) => {
    // Somebody was quicker.
    if (!(error instanceof OutcomeError) || error.details?.['state'] !== 'gone') throw error;
  });
  await forgetNode(request);
}
