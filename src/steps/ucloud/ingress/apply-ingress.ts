import type { Secret } from '@nomadctl/base/secret/secret';
import { nothingExposed } from '../../../exposure/exposure.js';
import { applyIngress, ingressDrift } from '../../../ucloud/ingress/apply-ingress.js';
import { defineStep } from '../../../ucloud/ucloud-subject.js';

/**
 * Load balancers of the cloud for what is exposed, with every client behind them.
 * @param key of a certificate that UCloud does not have yet
 */
export function applyIngressStep(key?: Secret) {
  return defineStep({
    id: 'apply-ingress',
    title: 'Opening load balancers',
    hideWhenDone: true,
    requires: ['tools', 'network', 'hosts'],
    provides: ['exposed'],
    async isDone(at) {
      const because = await ingressDrift(at, at.state.exposed ?? nothingExposed);
      return because === undefined ? { done: true } : { done: false, because };
    },
    async run(at, io) {
      const exposed = at.state.exposed ?? nothingExposed;
      const { addresses, detail } = await applyIngress(at, { exposed, key }, io);
      const held = exposed.exposures.flatMap(({ certificate }) => certificate?.fingerprint ?? []);
      return { state: { exposed: { ...exposed, held, addresses } }, detail };
    },
  });
}
