import { ConfigError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import { wantedHosts } from '../../ucloud/settings/wanted-hosts.js';
import { hostsAtCloud } from '../../ucloud/hosts/hosts-at-cloud.js';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import { retireHost } from '../../ucloud/hosts/retire-host.js';
import type { UcloudHost } from '../../ucloud/ucloud-state.js';
import { defineStep, type UcloudContext } from '../../ucloud/ucloud-subject.js';

/** Takes hosts that the settings no longer have out of the cluster, one at a time, before terraform deletes them. */
export const retireHostsStep = defineStep({
  id: 'retire-hosts',
  title: 'Retiring hosts',
  hideWhenDone: true,
  async isDone(at) {
    const { leaving } = await hostsOf(at);
    return leaving.length === 0
      ? { done: true }
      : { done: false, because: `no longer wanted: ${leaving.map(({ name }) => name).join(', ')}` };
  },
  async run(at, io) {
    const { cluster, signal } = at;
    const api = await ucloudOf(cluster, at);
    const { all, leaving } = await hostsOf(at);
    for (const [index, host] of leaving.entries()) {
      signal.throwIfAborted();
      const hosts = all.filter((one) => !leaving.slice(0, index).includes(one));
      await retireHost({ host, hosts, cluster, api, ctx: at, line: io.line });
    }
    return { detail: leaving.map(({ name }) => name).join(', ') };
  },
});

/** In its place while a plain cluster becomes secure: who goes says goodbye to others, and they do not all know each other meanwhile. */
export const keepHostsStep: typeof retireHostsStep = {
  ...retireHostsStep,
  async run(at) {
    const names = (await hostsOf(at)).leaving.map(({ name }) => name).join(', ');
    throw new ConfigError(`cluster ${at.cluster.name} cannot lose ${names} while it becomes secure`, {
      code: 'upgrade-and-shrink',
      why: 'a host that goes says goodbye to the others, which may not know it any more; no host was touched',
      next: hint`${nomadctl`config show ${at.cluster.name}`}   names the file, which is to say as many hosts as before; then ${again()}`,
    });
  },
};

interface Hosts {
  readonly all: readonly UcloudHost[];
  readonly leaving: readonly UcloudHost[];
}

/** Asks UCloud, not the journal: hosts that a killed run made have joined, too, and votes may depend on them. */
async function hostsOf(at: UcloudContext): Promise<Hosts> {
  const { cluster, signal } = at;
  const all = await hostsAtCloud(await ucloudOf(cluster, at), cluster.name, signal);
  const wanted = new Set(wantedHosts(cluster.settings).map(({ name }) => name));
  return { all, leaving: all.filter(({ name }) => !wanted.has(name)).sort(lastFirst) };
}

const ORDER = { client: 0, 'nomad-server': 1, 'consul-server': 2 } as const;

/** Clients, then Nomad's servers, then Consul's; of each the one with the highest number first. */
function lastFirst(a: UcloudHost, b: UcloudHost): number {
  return ORDER[a.role] - ORDER[b.role] || b.name.localeCompare(a.name, 'en', { numeric: true });
}
