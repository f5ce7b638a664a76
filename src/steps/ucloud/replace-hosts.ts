import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { waitFor } from '@nomadctl/base/wait-for';
import { applyCluster } from '../../ucloud/terraform/apply-cluster.js';
import { observeCluster, type ObservedCluster, type ClusterRequest } from '../../ucloud/terraform/observe-cluster.js';
import { clusterNeeds, clusterRequestOf, type ClusterNeeds } from '../../ucloud/terraform/cluster-request.js';
import { openRoot } from '../../ucloud/terraform/open-root.js';
import { outdatedHosts } from '../../ucloud/terraform/outdated-hosts.js';
import { healthProblem } from '../../cluster/cluster-health.js';
import { refuseOnlyServer } from '../../cluster/quorum-guard.js';
import { furnishHosts, haveVolumes } from '../../ucloud/classes/furnish-hosts.js';
import { detachVolumes } from '../../ucloud/classes/volumes.js';
import { retireHost } from '../../ucloud/hosts/retire-host.js';
import { deadHosts } from '../../cluster/silent-hosts.js';
import { reachCluster } from '../../ucloud/security/reach-cluster.js';
import { setUpNewHosts } from '../../ucloud/security/set-up-new-hosts.js';
import type { Furnished, UcloudHost } from '../../ucloud/ucloud-state.js';
import { defineStep, type UcloudContext } from '../../ucloud/ucloud-subject.js';

type Needs = ClusterNeeds | 'hosts';

/**
 * Replaces hosts one at a time: Consul servers, then Nomad servers, then clients. It waits until the other hosts are
 * healthy before each replacement, and until all are afterwards. So a failed replacement costs one host, never the quorum.
 * It does not wait for dead hosts that are to be replaced themselves. After a kill, the next `up` makes the missing host,
 * and the next `up --replace` continues with the rest.
 * @param named hosts to replace, outdated or not; when empty, all outdated hosts.
 */
export const replaceHostsStep = (named: readonly string[]) =>
  defineStep({
    id: 'replace-hosts',
    title: 'Replacing hosts',
    requires: [...clusterNeeds, 'hosts'],
    provides: ['hosts', 'furnished'],
    async isDone(at) {
      const names = await namesOf(at, named);
      return names.length === 0 ? { done: true, detail: 'none is out of date' } : { done: false, because: names.join(', ') };
    },
    async run(at, io) {
      const names = await namesOf(at, named);
      let { hosts, furnished = {} }: Standing = at.state;
      const reached = await reachCluster(hosts, at);
      for (const node of reached.nodes) if (names.includes(node.name)) refuseOnlyServer(node, reached.nodes);
      const dead = await deadHosts(hosts, reached, at.signal);
      for (const [index, name] of names.entries()) {
        at.signal.throwIfAborted();
        const line = (text: string): void => io.line(`${index + 1} of ${names.length}, ${name}: ${text}`);
        const missed = names.slice(index + 1).filter((one) => dead.has(one));
        ({ hosts, furnished } = await replaceHost(at, { name, hosts, furnished, missed, line, log: io.log }));
      }
      return { state: { hosts, furnished }, detail: names.join(', ') };
    },
  });

interface Standing {
  readonly hosts: readonly UcloudHost[];
  readonly furnished?: Furnished;
}

interface Replacement extends Required<Standing> {
  readonly name: string;
  /** Names of dead ones whose turn comes later. */
  readonly missed: readonly string[];
  readonly line: (text: string) => void;
  readonly log: (text: string) => void;
}

async function replaceHost(
  at: UcloudContext<Needs>,
  { name, hosts, furnished, missed, line, log }: Replacement,
): Promise<Required<Standing>> {
  const scope = await openRoot(at, 'cluster', { line, log });
  const request = await clusterRequestOf(at, scope, [name]);
  const host = hosts.find((one) => one.name === name);
  if (host) {
    await untilHealthy(at, { hosts: hosts.filter((one) => one !== host && !missed.includes(one.name)), line });
    await retireHost({ host, hosts, cluster: at.cluster, api: request.api, ctx: at, line });
    if (host.role === 'client' && (haveVolumes(at.cluster) || furnished[host.id] !== undefined))
      await detachVolumes(host, { api: request.api, cluster: at.cluster.name, clock: at.clock, signal: at.signal, line });
  }
  const applied = await applyCluster(request);
  const told = { cluster: at.cluster, hosts: applied.hosts, furnished, apart: missed };
  const now = await furnishHosts(told, { api: request.api, ctx: at, line });
  await setUpNewHosts({ hosts: applied.hosts, apart: missed }, at, { line, log });
  await untilHealthy(at, { hosts: applied.hosts.filter((one) => !missed.includes(one.name)), line });
  return { hosts: applied.hosts, furnished: now };
}

/** A host that was just made has to boot; machines of some types take minutes. */
const TIMEOUT_MS = 15 * 60_000;
const PAUSE_MS = 500;

async function untilHealthy(at: UcloudContext, { hosts, line }: Pick<Replacement, 'hosts' | 'line'>): Promise<void> {
  const { clock, signal } = at;
  let lastLine = '';
  const next = nomadctl`status ${at.cluster.name}`;
  await waitFor({ what: 'the whole cluster', timeoutMs: TIMEOUT_MS, clock, signal, next, pauseMs: PAUSE_MS }, async () => {
    const observed = await healthProblem(await reachCluster(hosts, at), signal);
    if (observed === undefined) return { value: true };
    if (observed !== lastLine) line(`waiting: ${observed}`);
    lastLine = observed;
    return { observed };
  });
}

async function namesOf(at: UcloudContext<Needs>, named: readonly string[]): Promise<string[]> {
  const scope = await openRoot(at, 'cluster');
  const request: ClusterRequest = await clusterRequestOf(at, scope);
  const observed: ObservedCluster = await observeCluster(request);
  const unknown = named.filter((name) => !observed.hosts.some((host) => host.name === name));
  if (unknown.length > 0) {
    throw new UsageError(`there is no host ${unknown.join(', ')}`, {
      code: 'node-unknown',
      why: `hosts: ${observed.hosts.map(({ name }) => name).join(', ')}`,
      next: nomadctl`status ${at.cluster.name}`,
    });
  }
  if (named.length > 0) return [...named];
  return outdatedHosts(observed, { settings: at.cluster.settings, images: at.state.hostImages }).map(({ name }) => name);
}
