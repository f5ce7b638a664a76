import { refuseEnded } from '../../agents/agent-lifecycle.js';
import { agentsIn } from '../../agents/agents-in.js';
import type { ClusterState } from '../../agents/local-state.js';
import type { LocalContext, LocalSubject } from '../../agents/local-subject.js';
import { hasStarted, profileOf } from '../../agents/profile/profile-mark.js';
import { reachNodes } from '../../agents/reach-nodes.js';
import { makeAuthorityStep } from '../../steps/cluster/make-authority.js';
import { revokeTokensStep } from '../../steps/cluster/revoke-tokens.js';
import { setUpAclSteps } from '../../steps/cluster/set-up-acl.js';

/* Steps of secured clusters on this computer, for the plans that need them. */

const nodes = (at: LocalContext) => reachNodes(at.state.nodes ?? [], at);

export const acl = setUpAclSteps<LocalSubject, ClusterState, 'nodes'>({
  needs: 'nodes',
  reached: nodes,
  consulByCall: false,
  refuseHopeless: ({ cluster, state }, programs) => {
    const agents = agentsIn(state.nodes, cluster.paths.agents);
    refuseEnded(agents.filter(({ program, mode }) => mode === 'server' && programs.includes(program)));
  },
  // Consul has no certificate to show to a Nomad that wants one.
  keys: ({ cluster }) => (cluster.settings.clientCertificates ? 'told' : 'fetched'),
});

export const makeAuthority = makeAuthorityStep<LocalSubject, ClusterState>({
  // Agents of a plain cluster that is to be secured know of none.
  inUse: async ({ cluster: { paths } }) => profileOf(paths.agents) === 'secure' && hasStarted(paths.agents),
});

export const revokeTokens = revokeTokensStep<LocalSubject, ClusterState, 'nodes'>({
  needs: 'nodes',
  reached: nodes,
  // Those that are still to be removed need theirs until then.
  names: ({ state }) => [...state.nodes, ...(state.leaving ?? [])].map(({ name }) => name),
});
