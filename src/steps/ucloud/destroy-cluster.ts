import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nothingExposed } from '../../exposure/exposure.js';
import { endLeftoverProcesses } from '../../ucloud/images/leftover-processes.js';
import { destroyRoot, forgetState } from '../../ucloud/terraform/destroy-root.js';
import { releaseAddresses } from '../../ucloud/terraform/released-addresses.js';
import { endOfEarlierRun } from '../../terraform/earlier-run.js';
import { rootNames, rootOf } from '../../terraform/root.js';
import { countOwned } from '../../ucloud/owned/describe-owned.js';
import { keptIds } from '../../ucloud/settings/kept-ids.js';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import { retryRead } from '../../ucloud/owned/retry-read.js';
import { findOwned, type OwnedKind } from '../../ucloud/owned/owned-resources.js';
import { removeOwned } from '../../ucloud/owned/remove-owned.js';
import { findNetwork } from '../../ucloud/network/remove-network.js';
import { endConnection } from '../../machines/jump/jump-connection.js';
import { sshConfigFile, writeSshConfig } from '../../machines/ssh-config.js';
import { sshPathsOf } from '../../machines/ssh-key.js';
import { forgetSecurity } from '../../ucloud/security/profile.js';
import { defineStep, type UcloudContext } from '../../ucloud/ucloud-subject.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

/** What makes the cluster, apart from its network; images stay, for the next `up`. */
const KINDS: readonly OwnedKind[] = ['hosts', 'eips', 'disks', 'balancers', 'natGateways', 'certificates', 'firewalls', 'isolationGroups'];

/**
 * Destroys everything except the network: first what terraform made, then all else with the cluster's tag. Works with the
 * journal and terraform's state lost.
 */
export const destroyClusterStep = defineStep({
  id: 'destroy-cluster',
  title: 'Destroying the cluster',
  provides: ['hosts', 'innerBalancers', 'furnished', 'exposed', 'networkPending'],
  async run(at, io) {
    const { cluster, clock, signal } = at;
    await endBuilds(at);
    for (const name of rootNames) await endOfEarlierRun(at, rootOf(cluster.paths, name), io.line);
    const api = await ucloudOf(cluster, at);
    const retry = { clock, signal, log: io.log };
    const before = await retryRead(() => findOwned(api, cluster.name, { signal, kinds: KINDS }), retry);
    await rememberAddresses(at, before.hosts);
    const isThere = countOwned(before) > 0;
    // Its backends are the hosts.
    const closed = isThere ? await destroyRoot(at, 'ingress', io) : undefined;
    const destroyed = isThere ? await destroyRoot(at, 'cluster', io) : undefined;
    const next = nomadctl`down ${cluster.name}`;
    const swept = await removeOwned(api, { cluster: cluster.name, kinds: KINDS, clock, signal, line: io.line, log: io.log, next });
    await Promise.all([forgetState(at, 'cluster', io), forgetState(at, 'ingress', io), forgetState(at, 'jobs', io)]);
    await forgetSecurity(cluster.paths, at.redact);
    // Its addresses are other people's soon.
    const ssh = sshPathsOf(cluster.paths, cluster.settings);
    await endConnection({ paths: ssh, ctx: at });
    if (existsSync(sshConfigFile(ssh))) await writeSshConfig([], ssh);
    const known = { cluster: cluster.name, keep: keptIds(cluster.settings), signal };
    const network = await retryRead(() => findNetwork(api, known), retry);
    const pending = network.subnets.length + network.vpcs.length > 0;
    const count = (closed ?? 0) + (destroyed ?? 0) + swept;
    return {
      detail: count === 0 ? 'nothing there' : `${count} resource${count === 1 ? '' : 's'}`,
      state: {
        hosts: [],
        innerBalancers: {},
        furnished: {},
        exposed: nothingExposed,
        networkPending: pending ? { since: at.state.networkPending?.since ?? clock.now() } : null,
      },
    };
  },
});

/** A request that a killed packer had just sent takes a moment to show. */
const SETTLE_MS = 500;

/** Ends packer of a build whose nomadctl was killed: it would go on making hosts and images. */
async function endBuilds({ cluster, clock, signal }: UcloudContext): Promise<void> {
  if ((await endLeftoverProcesses(join(cluster.paths.dir, '/'))) > 0) await clock.sleep(SETTLE_MS, signal);
}

/** UCloud keeps them taken for a while: an `up` that comes soon takes others. */
async function rememberAddresses(
  { cluster, clock }: UcloudContext,
  hosts: readonly { readonly IPSet: readonly { Type: string; IP: string }[] }[],
): Promise<void> {
  const addresses = hosts.flatMap(({ IPSet }) => IPSet.filter(({ Type }) => Type === 'Private').map(({ IP }) => IP));
  await releaseAddresses(rootOf(cluster.paths, 'cluster'), addresses, clock.now());
}
