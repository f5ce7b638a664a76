import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { Step } from '../../engine/step.js';
import { powerOn } from '../../ucloud/hosts/host-power.js';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import { findOwned } from '../../ucloud/owned/owned-resources.js';
import type { UcloudHost, UcloudState } from '../../ucloud/ucloud-state.js';
import { defineStep, type UcloudContext, type UcloudSubject } from '../../ucloud/ucloud-subject.js';

/**
 * Starts hosts that are off. Somebody switched them off, or a run was killed after it had done so: a replacement, or a
 * failover test.
 * @param apart names of those that are about to be replaced.
 */
export function startHostsStep(apart: readonly string[]): Step<UcloudSubject, UcloudState, 'hosts'> {
  return defineStep({
    id: 'start-hosts',
    title: 'Starting hosts that are off',
    hideWhenDone: true,
    requires: ['hosts'],
    async isDone(at) {
      const off = await hostsThatAreOff(at, apart);
      return off.length === 0 ? { done: true, detail: 'none is' } : { done: false, because: namesOf(off) };
    },
    async run(at, io) {
      const { cluster, clock, signal } = at;
      const off = await hostsThatAreOff(at, apart);
      const api = await ucloudOf(cluster, at);
      io.line(namesOf(off));
      await mapBounded(off, REQUESTS_AT_ONCE, ({ id, name }) => powerOn(api, { id, name, clock, signal }));
      return { detail: namesOf(off) };
    },
  });
}

async function hostsThatAreOff(at: UcloudContext<'hosts'>, apart: readonly string[]): Promise<readonly UcloudHost[]> {
  const { cluster, state, signal } = at;
  const { hosts } = await findOwned(await ucloudOf(cluster, at), cluster.name, { signal, kinds: ['hosts'] });
  const off = new Set(hosts.filter(({ State }) => State === 'Stopped').map(({ UHostId }) => UHostId));
  return state.hosts.filter(({ id, name }) => off.has(id) && !apart.includes(name));
}

function namesOf(hosts: readonly UcloudHost[]): string {
  return hosts.map(({ name }) => name).join(', ');
}
