import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { waitFor } from '@nomadctl/base/wait-for';
import { nothingExposed } from '../../../exposure/exposure.js';
import { INGRESS } from '../../../exposure/ingress-config.js';
import { ucloudOf } from '../../../ucloud/account/open-cloud.js';
import { splitIngress } from '../../../ucloud/owned/split-ingress.js';
import { findOwned } from '../../../ucloud/owned/owned-resources.js';
import { defineStep, type UcloudContext } from '../../../ucloud/ucloud-subject.js';

/** UCloud checks every few seconds. */
const TIMEOUT_MS = 90_000;

/** UCloud's own health checks have found an ingress at each port. */
export const awaitIngressStep = defineStep({
  id: 'await-ingress',
  title: 'Waiting for the load balancers to find the ingress',
  hideWhenDone: true,
  async isDone(at) {
    const waiting = await unwell(at);
    return waiting.length === 0 ? { done: true } : { done: false, because: waiting[0] ?? '' };
  },
  async run(at, io) {
    const { clock, signal } = at;
    const wait = {
      what: 'the ingress to answer the load balancers',
      timeoutMs: TIMEOUT_MS,
      clock,
      signal,
      next: nomadctl`job status ${INGRESS}`,
    };
    await waitFor(wait, async () => {
      const waiting = await unwell(at);
      if (waiting.length > 0) io.line(waiting[0] ?? '');
      return waiting.length === 0 ? { value: true } : { observed: waiting.join('; ') };
    });
  },
});

/** Ports of load balancers behind which UCloud finds nobody well, a sentence each. */
async function unwell({ state, cluster, signal, ...at }: UcloudContext): Promise<string[]> {
  if ((state.exposed ?? nothingExposed).exposures.length === 0) return [];
  const api = await ucloudOf(cluster, { ...at, signal });
  const { balancers } = splitIngress(cluster, await findOwned(api, cluster.name, { signal, kinds: ['balancers'] })).ingress;
  if (balancers.length === 0)
    throw new OutcomeError('UCloud lists no load balancer of the cluster', { code: 'ingress-missing', next: nomadctl`up ${cluster.name}` });
  return balancers.flatMap(({ VServerSet = [] }) =>
    VServerSet.filter(({ BackendSet }) => BackendSet.every(({ Status }) => Status !== 0)).map(
      ({ VServerName, BackendSet }) => `${VServerName}: none of ${BackendSet.length} clients is well`,
    ),
  );
}
