import { createNomadApi } from '../../clients/nomad-api.js';
import type { Exposed } from '../../exposure/exposure.js';
import { CONFIG_ITEM, INGRESS_VARIABLE, ingressConfig } from '../../exposure/ingress-config.js';
import { defineStep } from '../../jobs/job-state.js';

/** Tells the ingress of every client what is exposed: those that run read it within a moment. */
export function writeIngress(exposed: Exposed) {
  return defineStep({
    id: 'write-ingress',
    title: 'Telling the ingress what is exposed',
    hideWhenDone: true,
    async isDone({ connection, signal }) {
      const there = await createNomadApi(connection.nomad).variable(INGRESS_VARIABLE, signal);
      return there?.[CONFIG_ITEM] === ingressConfig(exposed)
        ? { done: true }
        : { done: false, because: there ? 'it changes' : 'there is none yet' };
    },
    async run({ connection, signal }) {
      await createNomadApi(connection.nomad).writeVariable(INGRESS_VARIABLE, { [CONFIG_ITEM]: ingressConfig(exposed) }, signal);
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
