import { waitFor, type Look } from '@nomadctl/base/wait-for';
import type { AgentPorts } from '../../cluster/agent-ports.js';
import { portsOfHosts } from '../../cluster/cluster-host.js';
import { lastPort, reachable, silentHosts } from '../../cluster/silent-hosts.js';
import { isSecured } from '../../ucloud/security/profile.js';
import type { UcloudHost } from '../../ucloud/ucloud-state.js';
import { defineStep, type UcloudContext } from '../../ucloud/ucloud-subject.js';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { renderHint } from '@nomadctl/base/hint/render-hint';

/** A first boot formats a disk and starts agents; machines of some types take minutes to be there at all. */
const TIMEOUT_MS = 10 * 60_000;
const PAUSE_MS = 500;

/** Every host with a public address answers there. */
export const waitForHostsStep = defineStep({
  id: 'wait-for-hosts',
  title: 'Waiting for hosts',
  requires: ['hosts'],
  async isDone(at) {
    const { state } = at;
    const silent = await silentOf(at);
    return silent.length === 0 ? { done: true, detail: detailOf(state.hosts) } : { done: false, because: describe(silent, at) };
  },
  async run(at, io) {
    const { cluster, state, clock, signal } = at;
    let lastLine = '';
    const look = async (): Promise<Look<true>> => {
      const silent = await silentOf(at);
      if (silent.length === 0) return { value: true };
      const observed = describe(silent, at);
      if (observed !== lastLine) io.line(observed);
      lastLine = observed;
      return { observed: `${observed}. ${adviceFor(silent, at)}` };
    };
    const next = nomadctl`up ${cluster.name}`;
    await waitFor({ what: 'an answer of every host', timeoutMs: TIMEOUT_MS, clock, signal, next, pauseMs: PAUSE_MS }, look);
    return { detail: detailOf(state.hosts) };
  },
});

type At = UcloudContext<'hosts'>;

function silentOf(at: At): Promise<UcloudHost[]> {
  return silentHosts(at.state.hosts, { ports: portsOf(at), signal: at.signal });
}

function portsOf({ cluster }: At): AgentPorts {
  return portsOfHosts(isSecured(cluster.paths));
}

function describe(silent: readonly UcloudHost[], at: At): string {
  const [first, ...others] = silent;
  if (!first) return '';
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  return `${first.name} unreachable on ${lastPort(first.role, portsOf(at))} at ${first.publicIp ?? first.privateIp}${more}`;
}

/** When nobody answers, the way there is closed; a single one may be dead. */
function adviceFor(silent: readonly UcloudHost[], { cluster, state, given }: At): string {
  const [first] = silent;
  if (silent.length === reachable(state.hosts).length || !first)
    return `Is this computer's address in allowIp (${cluster.settings.allowIp.join(', ')})?`;
  return `One that is dead is made anew by ${renderHint(nomadctl`up ${cluster.name} --replace-host ${first.name}`, given)}`;
}

function detailOf(hosts: readonly UcloudHost[]): string {
  return `${reachable(hosts).length} of ${hosts.length} with a public address`;
}
