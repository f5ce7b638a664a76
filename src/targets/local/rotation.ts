import { agentsIn } from '../../agents/agents-in.js';
import type { ClusterState } from '../../agents/local-state.js';
import type { LocalContext, LocalSubject } from '../../agents/local-subject.js';
import type { localOptions } from '../../agents/local-options.js';
import { localFleet, takesTokens } from '../../agents/rotation/local-fleet.js';
import type { Plan } from '../../engine/step.js';
import type { FleetAgent } from '../../security/rotation/fleet.js';
import { takesCertificates } from '../../security/rotation/takes-certificates.js';
import type { RotationKind } from '../../security/rotation/rotation.js';
import { refuseRotation, rotationSteps, touchedAgents } from '../rotation-plan.js';
import type { RotationPlan } from '../target.js';
import type { LocalCluster } from './local-cluster.js';

export function rotationPlan(kind: RotationKind): Plan<LocalSubject, ClusterState> {
  // The plan is run over a cluster of this computer alone, whose state is there by then.
  const steps = rotationSteps(kind, (at) => localFleet(at as LocalContext<'tools' | 'nodes'>));
  return { id: `rotate ${kind}`, always: true, steps };
}

export function localRotation(
  { name, paths, settings }: LocalCluster,
  state: Partial<ClusterState>,
  kind: RotationKind,
): RotationPlan<typeof localOptions, ClusterState> {
  const { nodes = [], tools } = state;
  refuseRotation(kind, { name, agents: paths.agents, isUp: nodes.length > 0 && tools !== undefined, state });
  const taking = { takesTokens, takesCertificates: (agent: Pick<FleetAgent, 'program'>) => takesCertificates(agent, settings) };
  return { plan: rotationPlan(kind), ...touchedAgents(kind, agentsIn(nodes, paths.agents), taking) };
}
