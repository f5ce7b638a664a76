import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { destroyRoot, forgetState } from '../../ucloud/terraform/destroy-root.js';
import { keptIds } from '../../ucloud/settings/kept-ids.js';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import { removeNetwork } from '../../ucloud/network/remove-network.js';
import { sshPathsOf } from '../../machines/ssh-key.js';
import { defineStep } from '../../ucloud/ucloud-subject.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

/**
 * Deletes the VPCs as soon as their subnets are gone. Terraform then destroys the rest: it alone knows the peerings between
 * the user's own networks. Terraform's folder and the SSH keys are deleted with the network.
 */
export const destroyNetworkStep = defineStep({
  id: 'destroy-network',
  title: 'Destroying the network',
  provides: ['networkPending'],
  async run(at, io) {
    const { cluster, clock, signal } = at;
    const next = nomadctl`down ${cluster.name} --wait-network`;
    const request = { cluster: cluster.name, keep: keptIds(cluster.settings), clock, signal, log: io.log, next };
    const removed = await removeNetwork(await ucloudOf(cluster, at), request);
    const destroyed = (await destroyRoot(at, 'network', io)) ?? 0;
    await forgetState(at, 'network', io);
    const { dir } = cluster.paths;
    const folders = [join(dir, 'terraform'), sshPathsOf(cluster.paths).folder];
    await mapBounded(folders, FILES_AT_ONCE, (folder) => rm(folder, { recursive: true, force: true }));
    const count = removed + destroyed;
    return { detail: count === 0 ? 'nothing there' : `${count} network${count === 1 ? '' : 's'}`, state: { networkPending: null } };
  },
});
