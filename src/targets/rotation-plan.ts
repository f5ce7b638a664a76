import { OutcomeError, PrerequisiteError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { AnyStep } from '../engine/step.js';
import type { AgentMode, AgentProgram } from '../cluster/node-roles.js';
import { profileOf } from '../agents/profile/profile-mark.js';
import {
  ROTATED,
  underWay,
  type RotationContext,
  type RotationKind,
  type RotationState,
  type RotationSubject,
} from '../security/rotation/rotation.js';
import { securingOf } from '../security/securing/securing-mark.js';
import { withFleetOf } from '../security/rotation/rotating.js';
import type { Fleet } from '../security/rotation/fleet.js';
import { beginRotation, endRotation } from '../steps/rotation/begin-rotation.js';
import { checkAgents } from '../steps/rotation/check-agents.js';
import {
  announceAuthorityStep,
  certifyAnewStep,
  chooseAuthorityStep,
  forgetAuthorityStep,
  trustOnlyNewStep,
} from '../steps/rotation/rotate-ca.js';
import { certifyStep } from '../steps/rotation/rotate-certificates.js';
import { chooseGossipStep, installGossipStep, removeGossipStep, useGossipStep } from '../steps/rotation/rotate-gossip.js';
import { rotateRootKeyStep } from '../steps/rotation/rotate-keyring.js';
import { chooseTokensStep, deleteOldTokensStep, makeTokensStep, useTokensStep } from '../steps/rotation/rotate-tokens.js';

/** The steps of a rotation, on every target. They know none: what they need of one is its fleet. */
export function rotationSteps(
  kind: RotationKind,
  open: (at: RotationContext) => Fleet | Promise<Fleet>,
): AnyStep<RotationSubject, RotationState>[] {
  const fleet = withFleetOf(open);
  const own: Readonly<Record<RotationKind, readonly AnyStep<RotationSubject, RotationState>[]>> = {
    gossip: [chooseGossipStep, installGossipStep(fleet), useGossipStep(fleet), removeGossipStep(fleet)],
    certificates: [certifyStep(fleet)],
    ca: [chooseAuthorityStep, announceAuthorityStep(fleet), certifyAnewStep(fleet), trustOnlyNewStep(fleet), forgetAuthorityStep],
    tokens: [chooseTokensStep(fleet), makeTokensStep(fleet), useTokensStep(fleet), deleteOldTokensStep(fleet)],
    keyring: [rotateRootKeyStep(fleet)],
  };
  return [checkAgents(fleet), beginRotation(kind, fleet), ...own[kind], endRotation];
}

interface AgentOnNode {
  readonly node: { readonly name: string };
  readonly program: AgentProgram;
  readonly mode: AgentMode;
}

/** What agents of a target take while they run: as `Fleet` has it. */
interface Taking {
  takesTokens(agent: AgentOnNode): boolean;
  takesCertificates(agent: AgentOnNode): boolean;
}

/** Which agents a rotation starts anew, and which read their files anew while they run. */
export function touchedAgents(
  kind: RotationKind,
  agents: readonly AgentOnNode[],
  { takesTokens, takesCertificates }: Taking,
): { readonly restarted: readonly string[]; readonly reloaded: readonly string[] } {
  const rereads = kind === 'certificates' || kind === 'ca' || kind === 'tokens';
  const isRestarted = (agent: AgentOnNode): boolean =>
    kind === 'tokens'
      ? !takesTokens(agent)
      : agent.program === 'nomad' && (kind === 'ca' || (kind === 'certificates' && !takesCertificates(agent)));
  const named = (wanted: (agent: AgentOnNode) => boolean): string[] =>
    agents.filter(wanted).map(({ program, node }) => `${program} on ${node.name}`);
  // With another authority, all read their files anew before some are started anew.
  return { restarted: named(isRestarted), reloaded: named((agent) => rereads && (kind === 'ca' || !isRestarted(agent))) };
}

/**
 * @param agents the folder with the cluster's marks
 * @throws PrerequisiteError `cluster-not-up` or `no-access-control`; OutcomeError `upgrade-unfinished`, or `rotation-unfinished` while
 * another one is
 */
export function refuseRotation(
  kind: RotationKind,
  { name, agents, isUp, state }: { name: string; agents: string; isUp: boolean; state: Partial<RotationState> },
): void {
  if (!isUp) throw new PrerequisiteError(`cluster ${name} is not up`, { code: 'cluster-not-up', next: nomadctl`up ${name}` });
  const isSecuring = securingOf(agents) !== undefined;
  if (profileOf(agents) !== 'secure' && !isSecuring) {
    throw new PrerequisiteError(`cluster ${name} has no ${ROTATED[kind]} that could be rotated`, {
      code: 'no-access-control',
      why: 'it was made with a profile that keeps nobody out',
      next: nomadctl`up ${name} --profile secure`,
    });
  }
  if (isSecuring) {
    throw new OutcomeError(`cluster ${name} is still becoming secure`, {
      code: 'upgrade-unfinished',
      why: 'some of its agents and jobs know it as it was, and take nothing new yet',
      next: nomadctl`up ${name}`,
    });
  }
  const rotation = underWay(state);
  if (rotation && rotation.kind !== kind) {
    throw new OutcomeError(`another rotation of cluster ${name} is unfinished: that of its ${ROTATED[rotation.kind]}`, {
      code: 'rotation-unfinished',
      why: 'it was begun and has not ended: until then old and new are both in use',
      next: nomadctl`rotate ${rotation.kind}`,
    });
  }
}
