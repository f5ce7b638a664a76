import type { Secret } from '@nomadctl/base/secret/secret';
import { nothingExposed, type Exposed } from '../../../exposure/exposure.js';
import { dueCertificates, renewedExposure } from '../../../exposure/renew-certificates.js';
import { applyIngress, ingressDrift } from '../../../ucloud/ingress/apply-ingress.js';
import { defineStep, type UcloudContext } from '../../../ucloud/ucloud-subject.js';

/**
 * Load balancers of the cloud for what is exposed, with every client behind them. Certificates of the cluster's authority that end soon, or
 * were signed by an earlier one, are made anew.
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
      if (because !== undefined) return { done: false, because };
      const [due] = await dueOf(at, at.state.exposed ?? nothingExposed);
      return due === undefined ? { done: true } : { done: false, because: `the certificate of port ${due.port} of job ${due.job} is due` };
    },
    async run(at, io) {
      let exposed = at.state.exposed ?? nothingExposed;
      let { addresses, detail } = await applyIngress(at, { exposed, key }, io);
      // One after the other: a key is told once, with the certificate that it belongs to.
      for (const due of await dueOf(at, exposed)) {
        const renewed = await renewedExposure(due, surroundings(at));
        exposed = { ...exposed, exposures: exposed.exposures.map((one) => (one === due ? renewed.exposure : one)) };
        ({ addresses } = await applyIngress(at, { exposed, key: renewed.key }, io));
        detail = `${detail}; another certificate for port ${due.port} of job ${due.job}`;
      }
      const held = exposed.exposures.flatMap(({ certificate }) => certificate?.fingerprint ?? []);
      return { state: { exposed: { ...exposed, held, addresses } }, detail };
    },
  });
}

const surroundings = ({ cluster, redact, clock }: UcloudContext) => ({
  cluster: cluster.name,
  paths: cluster.paths,
  redact,
  now: clock.now(),
});

const dueOf = (at: UcloudContext, exposed: Exposed) => dueCertificates(exposed, surroundings(at));
