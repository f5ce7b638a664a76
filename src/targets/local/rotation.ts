import { OutcomeError, PrerequisiteError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { agentsIn } from '../../agents/agents-in.js';
import type { ClusterState } from '../../agents/local-state.js';
import type { LocalContext, LocalSubject } from '../../agents/local-subject.js';
import type { localOptions } from '../../agents/local-options.js';
import { profileOf } from '../../agents/profile/profile-mark.js';
import { securingOf } from '../../agents/profile/securing-mark.js';
import { localFleet, takesCertificates } from '../../agents/rotation/local-fleet.js';
import type { AgentMode, AgentProgram } from '../../cluster/node-roles.js';
import type { Plan } from '../../engine/step.js';
import { isRestarted } from '../../security/rotation/new-tokens.js';
import { ROTATED, underWay, type RotationContext, type RotationKind } from '../../security/rotation/rotation.js';
import { beginRotation, endRotation } from '../../steps/rotation/begin-rotation.js';
import { checkAgents } from '../../steps/rotation/check-agents.js';
import {
  announceAuthorityStep,
  certifyAnewStep,
  chooseAuthorityStep,
  forgetAuthorityStep,
  trustOnlyNewStep,
} from '../../steps/rotation/rotate-ca.js';
import { certifyStep } from '../../steps/rotation/rotate-certificates.js';
import { chooseGossipStep, installGossipStep, removeGossipStep, useGossipStep } from '../../steps/rotation/rotate-gossip.js';
import { rotateRootKeyStep } from '../../steps/rotation/rotate-keyring.js';
import { chooseTokensStep, deleteOldTokensStep, makeTokensStep, useTokensStep } from '../../steps/rotation/rotate-tokens.js';
import type { RotationPlan } from '../target.js';
import type { LocalCluster } from './local-cluster.js';

type LocalPlan = Plan<LocalSubject, ClusterState>;

/** The steps know no target; the plans here are run over a cluster of this computer alone, whose state is there by then. */
const fleet = (at: RotationContext) => localFleet(at as LocalContext<'tools' | 'nodes'>);

const STEPS: Readonly<Record<RotationKind, LocalPlan['steps']>> = {
  gossip: [chooseGossipStep, installGossipStep(fleet), useGossipStep(fleet), removeGossipStep(fleet)],
  certificates: [certifyStep(fleet)],
  ca: [chooseAuthorityStep, announceAuthorityStep(fleet), certifyAnewStep(fleet), trustOnlyNewStep(fleet), forgetAuthorityStep],
  tokens: [chooseTokensStep(fleet), makeTokensStep(fleet), useTokensStep(fleet), deleteOldTokensStep(fleet)],
  keyring: [rotateRootKeyStep(fleet)],
};

export function rotationPlan(kind: RotationKind): LocalPlan {
  const steps = [checkAgents(fleet), beginRotation(kind, fleet), ...STEPS[kind], endRotation];
  return { id: `rotate ${kind}`, always: true, steps };
}

interface Role {
  readonly program: AgentProgram;
  readonly mode: AgentMode;
}

function restartedBy(kind: RotationKind, { program, mode }: Role, settings: Pick<LocalCluster['settings'], 'clientCertificates'>): boolean {
  if (kind === 'tokens') return isRestarted({ program, mode });
  return program === 'nomad' && (kind === 'ca' || (kind === 'certificates' && !takesCertificates({ program }, settings)));
}

export function localRotation(
  { name, paths, settings }: LocalCluster,
  state: Partial<ClusterState>,
  kind: RotationKind,
): RotationPlan<typeof localOptions, ClusterState> {
  const { nodes, tools } = state;
  const rotation = underWay(state);
  if (!nodes || !tools || nodes.length === 0)
    throw new PrerequisiteError(`cluster ${name} is not up`, { code: 'cluster-not-up', next: nomadctl`up ${name}` });
  if (profileOf(paths.agents) !== 'secure') {
    throw new PrerequisiteError(`cluster ${name} has no ${ROTATED[kind]} that could be rotated`, {
      code: 'no-access-control',
      why: 'it was made with profile poc, which keeps nobody out',
      next: nomadctl`up ${name} --profile secure`,
    });
  }
  if (securingOf(paths.agents)) {
    throw new OutcomeError(`cluster ${name} is still becoming secure`, {
      code: 'upgrade-unfinished',
      why: 'some of its agents and jobs know it as it was, and take nothing new yet',
      next: nomadctl`up ${name}`,
    });
  }
  if (rotation && rotation.kind !== kind) {
    throw new OutcomeError(`another rotation of cluster ${name} is unfinished: that of its ${ROTATED[rotation.kind]}`, {
      code: 'rotation-unfinished',
      why: 'it was begun and has not ended: until then old and new are both in use',
      next: nomadctl`rotate ${rotation.kind}`,
    });
  }
  const agents = agentsIn(nodes, paths.agents);
  const named = (wanted: (agent: Role) => boolean): string[] =>
    agents.filter(wanted).map(({ program, node }) => `${program} on ${node.name}`);
  const restarted = (agent: Role): boolean => restartedBy(kind, agent, settings);
  const rereads = kind === 'certificates' || kind === 'ca' || kind === 'tokens';
  // With another authority, all read their files anew before some are started anew.
  const reloaded = named((agent) => rereads && (kind === 'ca' || !restarted(agent)));
  return { plan: rotationPlan(kind), restarted: named(restarted), reloaded };
}
