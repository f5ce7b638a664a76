import { createNomadApi } from '../../clients/nomad-api.js';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { Exposed } from '../../exposure/exposure.js';
import {
  CONFIG_ITEM,
  INGRESS_VARIABLE,
  ingressConfig,
  ingressUpstreams,
  MESH_CLIENT,
  meshedServices,
  UPSTREAMS_ITEM,
  VERSION_ITEM,
} from '../../exposure/ingress-config.js';
import { isVersionOf, versionOf } from '../../exposure/ingress-identity.js';
import { defineStep } from '../../jobs/job-state.js';
import { standingOf, writePair } from '../../security/acl/service-pairs.js';

/**
 * Tells the ingress of every client what is exposed: those that run read it within a moment.
 * @param isAgain an earlier run did not come to its end: the ingress may know it, and have been unable to listen there
 */
export function writeIngress(exposed: Exposed, isAgain: boolean) {
  const upstreams = ingressUpstreams(exposed);
  const config = ingressConfig(exposed);
  return defineStep({
    id: 'write-ingress',
    title: 'Telling the ingress what is exposed',
    hideWhenDone: true,
    async isDone({ connection, signal }) {
      const there = await createNomadApi(connection.nomad).variable(INGRESS_VARIABLE, signal);
      if (!there) return { done: false, because: 'there is none yet' };
      const isSame = there[CONFIG_ITEM] === config && isVersionOf(there[VERSION_ITEM], config);
      if (!isSame || (there[UPSTREAMS_ITEM] ?? '') !== upstreams) return { done: false, because: 'it changes' };
      return isAgain ? { done: false, because: 'it is to try again' } : { done: true };
    },
    async run({ connection, clock, signal }) {
      const version = versionOf(config, isAgain ? clock.now().toString(36) : undefined);
      const items = { [CONFIG_ITEM]: config, [VERSION_ITEM]: version, ...(upstreams === '' ? {} : { [UPSTREAMS_ITEM]: upstreams }) };
      await createNomadApi(connection.nomad).writeVariable(INGRESS_VARIABLE, items, signal);
    },
  });
}

/** Takes back that the ingress may reach services of the mesh that are not exposed any more. What somebody has denied stays. */
export function disallowIngress(before: Exposed, exposed: Exposed) {
  const gone = meshedServices(before).filter((service) => !meshedServices(exposed).includes(service));
  return defineStep({
    id: 'disallow-ingress',
    title: 'Taking connections back',
    hideWhenDone: true,
    isDone: ({ connection: { consul } }) =>
      Promise.resolve(
        gone.length === 0 || consul.token === undefined ? { done: true } : { done: false, because: `${gone.join(', ')} of the mesh` },
      ),
    async run({ connection: { consul }, signal }) {
      const api = createConsulApi(consul);
      await mapBounded(gone, REQUESTS_AT_ONCE, async (destination) => {
        const pair = { source: MESH_CLIENT, destination };
        if ((await standingOf(api, pair, signal)) === 'allow') await writePair(api, { ...pair, action: 'nothing' }, signal);
      });
    },
  });
}

/** Nothing is exposed any more. */
export const forgetIngress = defineStep({
  id: 'forget-ingress',
  title: 'Taking the configuration of the ingress away',
  hideWhenDone: true,
  async run({ connection, signal }) {
    await createNomadApi(connection.nomad).deleteVariable(INGRESS_VARIABLE, signal);
  },
});
