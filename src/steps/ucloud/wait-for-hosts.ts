import { isListening } from '../../clients/is-listening.js';
import { waitFor, type Look } from '../../local-agents/wait-for.js';
import type { UcloudHost } from '../../ucloud/ucloud-state.js';
import { defineStep } from '../../ucloud/ucloud-subject.js';

/** A first boot formats a disk and starts agents; machines of some types take minutes to be there at all. */
const TIMEOUT_MS = 10 * 60_000;
const PAUSE_MS = 500;

/** What a host does last of what may be seen from outside. Hosts without a public address show in Consul, later. */
const PORTS = { 'consul-server': 8500, 'nomad-server': 4646, client: 22 } as const;

/** Every host with a public address answers there. */
export const waitForHostsStep = defineStep({
  id: 'wait-for-hosts',
  title: 'Waiting for hosts',
  requires: ['hosts'],
  async isDone({ state, signal }) {
    const silent = await silentHosts(state.hosts, signal);
    return silent.length === 0 ? { done: true, detail: detailOf(state.hosts) } : { done: false, because: describe(silent) };
  },
  async run({ cluster, state, clock, signal }, io) {
    let shown = '';
    const look = async (): Promise<Look<true>> => {
      const silent = await silentHosts(state.hosts, signal);
      if (silent.length === 0) return { value: true };
      const observed = describe(silent);
      if (observed !== shown) io.line(observed);
      shown = observed;
      return { observed: `${observed}. Is this computer's address in allowIp (${cluster.settings.allowIp.join(', ')})?` };
    };
    const next = `nomadctl up ${cluster.name}`;
    await waitFor({ what: 'an answer of every host', timeoutMs: TIMEOUT_MS, clock, signal, next, pauseMs: PAUSE_MS }, look);
    return { detail: detailOf(state.hosts) };
  },
});

function reachable(hosts: readonly UcloudHost[]): (UcloudHost & { readonly publicIp: string })[] {
  return hosts.flatMap((host) => (host.publicIp === undefined ? [] : [{ ...host, publicIp: host.publicIp }]));
}

async function silentHosts(hosts: readonly UcloudHost[], signal: AbortSignal): Promise<UcloudHost[]> {
  const asked = reachable(hosts);
  const answers = await Promise.all(asked.map(({ publicIp, role }) => isListening(`http://${publicIp}:${PORTS[role]}`, signal)));
  signal.throwIfAborted();
  return asked.filter((_, index) => !answers[index]);
}

function describe(silent: readonly UcloudHost[]): string {
  const [first, ...others] = silent;
  if (!first) return '';
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  return `${first.name} unreachable on ${PORTS[first.role]} at ${first.publicIp ?? first.privateIp}${more}`;
}

function detailOf(hosts: readonly UcloudHost[]): string {
  return `${reachable(hosts).length} of ${hosts.length} with a public address`;
}
