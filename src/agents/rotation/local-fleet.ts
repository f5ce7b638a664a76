import { X509Certificate } from 'node:crypto';
import { OutcomeError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import type { ClusterNode } from '../../cluster/cluster-node.js';
import { isNomadClient } from '../../cluster/node-roles.js';
import { isMadeSince } from '../../security/authority/certificate-standing.js';
import type { IssuingAuthority } from '../../security/authority/issuing-authority.js';
import { leafFilesProblem, writeLeafFiles } from '../../security/authority/leaf-files.js';
import type { Fleet, FleetAgent } from '../../security/rotation/fleet.js';
import { takesCertificates } from '../../security/rotation/takes-certificates.js';
import { leavesOf, operatorLeaves, type Leaf } from '../certificates/leaves.js';
import { relaunch } from '../agent-lifecycle.js';
import { lastLines } from '../agent-process.js';
import { complaintOf, standingOf } from '../agent-standing.js';
import { agentsIn, type Agent } from '../agents-in.js';
import { outdatedConfigs, writeConfigs } from '../config-files.js';
import { readAnew } from '../election.js';
import { areJudged, judgeConfigs } from '../judge-configs.js';
import type { LocalContext } from '../local-subject.js';
import { nodeCertificate } from '../node-record.js';
import { reachNodes } from '../reach-nodes.js';
import { renderFiles } from '../rendering/render-files.js';
import { launchKey, rememberLaunch, runningAgent } from '../running-agent.js';
import { outdatedSecretConfigs, writeSecretConfigs } from '../secret-config-files.js';

/** Reading its files anew does not reach Nomad's connection to Consul, nor the memory of Consul's servers, which were started with a token. */
export function takesTokens({ program, mode }: Pick<FleetAgent, 'program' | 'mode'>): boolean {
  return program === 'consul' && mode === 'client';
}

/** The agents of this computer: their files are here, and they are processes of ours. */
export function localFleet(at: LocalContext<'tools' | 'nodes'>): Fleet {
  const { cluster, state, clock, redact, signal } = at;
  const folder = cluster.paths.agents;
  const agents = agentsIn(state.nodes, folder);
  const agentOf = ({ node, program }: Pick<FleetAgent, 'node' | 'program'>): Agent => {
    const found = agents.find((agent) => agent.node.name === node.name && agent.program === program);
    if (!found) throw new Error(`${node.name} has no agent of ${program}`);
    return found;
  };
  const filesOf = ({ name }: ClusterNode) => nodeCertificate(folder, name);
  const leaves = (node: ClusterNode): Leaf[] => {
    // What is nobody's node goes with the first one.
    const others = node.name === state.nodes[0]?.name ? operatorLeaves(cluster) : [];
    return [...leavesOf(agentOf({ node, program: 'consul' }).node, cluster), ...others];
  };
  return {
    reach: () => reachNodes(state.nodes, at),
    async pending() {
      const { open, secret } = await renderFiles(at);
      const files = [...(await outdatedConfigs(open)), ...(await outdatedSecretConfigs(secret))];
      if (files.length > 0) return `${files[0] ?? ''} is not as the cluster file says`;
      if ((state.leaving ?? []).length > 0) return 'nodes are still to be removed';
      return agents.map((agent) => complaintOf(standingOf(agent, state.tools))).find((text) => text !== undefined);
    },
    async writeSecrets(how) {
      const { secret } = await renderFiles(at, how);
      await writeSecretConfigs(secret, await outdatedSecretConfigs(secret));
    },
    async writeAuthorities() {
      const { open } = await renderFiles(at);
      const clients = agents.filter(isNomadClient).map(({ files }) => files.config);
      const outdated = (await outdatedConfigs(open)).filter((path) => clients.includes(path));
      await writeConfigs(open, outdated);
      const judging = { agents, tools: state.tools, folder };
      if (!areJudged(judging)) await judgeConfigs(judging, at);
    },
    async isCertified(node, { authority, since }) {
      for (const { whose, files } of leaves(node)) {
        if ((await leafFilesProblem(whose, files, { authority, now: clock.now(), redact })) !== undefined) return false;
        if (!isMadeSince((await readIfThere(files.certificate)) ?? '', since)) return false;
      }
      return true;
    },
    async certify(node, authority: IssuingAuthority) {
      for (const { whose, files } of leaves(node)) await writeLeafFiles(whose, files, { authority, now: clock.now(), redact });
    },
    async fingerprint(node) {
      const pem = await readIfThere(filesOf(node).certificate);
      return pem === undefined ? undefined : new X509Certificate(pem).fingerprint256;
    },
    async isCurrent(agent) {
      const { process, outdated } = standingOf(agentOf(agent), state.tools);
      return process !== undefined && !outdated;
    },
    async reload({ node, program }) {
      // Consul says what it does not like; Nomad is told by a signal, and says so in its log.
      if (program === 'consul') await createConsulApi((await reachNodes(state.nodes, at)).endpoint(node, 'consul')).reload(signal);
      else readAnew(runningAgent(agentOf({ node, program }).files));
    },
    takesCertificates: (agent) => takesCertificates(agent, cluster.settings),
    takesTokens,
    async settle(agent) {
      const { files, program } = agentOf(agent);
      await rememberLaunch(files, launchKey({ binary: state.tools[program].path, files }));
    },
    refuseEnded() {
      const ended = agents.find(({ files }) => runningAgent(files) === undefined);
      if (ended) throw endedMeanwhile(ended, cluster.name);
    },
    hasEnded: (agent) => runningAgent(agentOf(agent).files) === undefined,
    restart: (agent) => relaunch(agentOf(agent), state.tools, at),
    close: async () => undefined,
  };
}

function endedMeanwhile({ program, node, files }: Agent, cluster: string): OutcomeError {
  return new OutcomeError(`${program} on ${node.name} has ended meanwhile`, {
    code: 'agent-ended',
    why: lastLines(files, 6),
    next: hint`${nomadctl`up ${cluster}`} && ${again()}`,
  });
}
