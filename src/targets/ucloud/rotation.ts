import { existsSync } from 'node:fs';
import { agentsOf } from '../../cluster/node-roles.js';
import type { Plan } from '../../engine/step.js';
import { certificateFile } from '../../machines/host-nodes.js';
import { machinesFleet, takesTokens } from '../../machines/rotation/machines-fleet.js';
import type { Fleet, FleetAgent } from '../../security/rotation/fleet.js';
import { takesCertificates } from '../../security/rotation/takes-certificates.js';
import type { RotationKind } from '../../security/rotation/rotation.js';
import { reachCluster } from '../../ucloud/security/reach-cluster.js';
import type { ucloudOptions } from '../../ucloud/settings/options.js';
import { wantedHosts } from '../../ucloud/settings/wanted-hosts.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { UcloudContext, UcloudSubject } from '../../ucloud/ucloud-subject.js';
import { refuseRotation, rotationSteps, touchedAgents } from '../rotation-plan.js';
import type { RotationPlan } from '../target.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

/** The agents of the hosts, over SSH. */
export function ucloudFleet(at: UcloudContext<'hosts'>): Fleet {
  const { cluster, state } = at;
  const { hosts } = state;
  const reach = () => reachCluster(hosts, at);
  return machinesFleet({ cluster, hosts, ctx: at, reach, pending: async () => pendingAt(at) });
}

/** What `up` has still to do: a host that has no place in the cluster yet must not miss what is new, nor one get it that is to go. */
function pendingAt({ cluster, state }: UcloudContext<'hosts'>): string | undefined {
  const wanted = wantedHosts(cluster.settings).map(({ name }) => name);
  const there = state.hosts.map(({ name }) => name);
  const missing = wanted.find((name) => !there.includes(name));
  if (missing !== undefined) return `${missing} is in the cluster file and not there`;
  const left = there.find((name) => !wanted.includes(name));
  if (left !== undefined) return `${left} is still to be removed`;
  const open = state.hosts.find((host) => !existsSync(certificateFile(cluster.paths, host)));
  return open && `${open.name} is not set up yet`;
}

export function ucloudRotation(
  { name, paths, settings }: UcloudTargetCluster,
  state: Partial<UcloudState>,
  kind: RotationKind,
): RotationPlan<typeof ucloudOptions, UcloudState> {
  const { hosts = [] } = state;
  refuseRotation(kind, { name, agents: paths.agents, isUp: hosts.length > 0, state });
  // The plan is run over a cluster of UCloud's alone, whose state is there by then.
  const steps = rotationSteps(kind, (at) => ucloudFleet(at as UcloudContext<'hosts'>));
  const plan: Plan<UcloudSubject, UcloudState> = { id: `rotate ${kind}`, always: true, steps };
  const agents = hosts.flatMap((node) => agentsOf(node.role).map((agent) => ({ ...agent, node })));
  return {
    plan,
    ...touchedAgents(kind, agents, {
      takesTokens,
      takesCertificates: (agent: Pick<FleetAgent, 'program'>) => takesCertificates(agent, settings),
    }),
  };
}
