import { ConfigError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { agentsIn } from '../../agents/agents-in.js';
import { isFormed } from '../../agents/formed.js';
import type { ClusterState } from '../../agents/local-state.js';
import { isUpgrade } from '../../agents/profile/refuse-other-profile.js';
import { securingOf } from '../../security/securing/securing-mark.js';
import { runningAgent } from '../../agents/running-agent.js';
import type { Upgrade } from '../target.js';
import type { LocalCluster } from './local-cluster.js';

/** What somebody has to agree to before a plain cluster becomes secure; nothing where that was begun: there is no way back. */
export function upgradeOf({ name, ...cluster }: LocalCluster, { nodes = [] }: Partial<ClusterState>): Upgrade | undefined {
  const { agents: folder } = cluster.paths;
  if (!isUpgrade(cluster) || securingOf(folder)) return undefined;
  const agents = agentsIn(nodes, folder);
  const running = agents.filter(({ files }) => runningAgent(files));
  const consul = agents.filter(({ program }) => program === 'consul');
  return {
    summary: `cluster ${name} becomes secure, for good`,
    isRunning: running.length > 0,
    lines: [
      ...(running.length === 0
        ? ['it is stopped: its agents start as those of a secured cluster, with the data that was kept']
        : [
            `all ${running.length} agents end and start at once; what tasks run goes on`,
            'Nomad and Consul do not answer for some seconds, and the mesh takes no new connections meanwhile',
          ]),
      `at the end Consul's ${consul.length} agents start once more, one after the other, and serve nobody without a token`,
    ],
  };
}

/**
 * A first `up` that was killed may have left servers that are about to elect.
 * @throws ConfigError `profile-fixed`
 */
export function refuseUnformed({ name, ...cluster }: LocalCluster): void {
  if (!isUpgrade(cluster) || isFormed(cluster.paths.agents)) return;
  throw new ConfigError(`cluster ${name} was begun with profile poc, and cannot become secure yet`, {
    code: 'profile-fixed',
    why: 'its first up has not come to its end, so nobody knows what its agents have made of it',
    next: hint`${nomadctl`up ${name} --profile poc`} && ${nomadctl`up ${name} --profile secure`}; or make it anew: ${nomadctl`down ${name}`}`,
  });
}
