import { isListening } from '../../clients/is-listening.js';
import type { Context } from '../../context.js';
import { consulUrl, hostsOf, nomadUrl } from '../../cluster/agent-urls.js';
import type { UcloudHost, UcloudState } from '../../ucloud/ucloud-state.js';

/**
 * The state with servers that answer before those that do not, so that the connection is through a living one. Asks the
 * first of each kind alone as long as it answers.
 */
export async function livingFirst(state: Partial<UcloudState>, { signal }: Pick<Context, 'signal'>): Promise<Partial<UcloudState>> {
  const { hosts = [] } = state;
  if (hosts.length === 0) return state;
  const [consul, nomad] = await Promise.all([
    firstAnswering(hostsOf(state, 'consul-server'), consulUrl, signal),
    firstAnswering(hostsOf(state, 'nomad-server'), nomadUrl, signal),
  ]);
  const first = [consul, nomad].filter((host) => host !== undefined);
  return { ...state, hosts: [...first, ...hosts.filter((host) => !first.includes(host))] };
}

async function firstAnswering(
  hosts: readonly UcloudHost[],
  urlOf: (host: UcloudHost) => string,
  signal: AbortSignal,
): Promise<UcloudHost | undefined> {
  const [first, ...others] = hosts;
  if (!first || (await isListening(urlOf(first), signal))) return first;
  const answers = await Promise.all(others.map((host) => isListening(urlOf(host), signal)));
  return others.find((_, index) => answers[index]) ?? first;
}
