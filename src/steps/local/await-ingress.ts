import { nomadctl } from '@nomadctl/base/hint/hint';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { waitFor } from '@nomadctl/base/wait-for';
import { isListening } from '../../clients/probe/is-listening.js';
import { nothingExposed, type Exposed } from '../../exposure/exposure.js';
import { INGRESS } from '../../exposure/ingress-config.js';
import { servesAll, STATUS_PORT } from '../../exposure/ingress-identity.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';

const TIMEOUT_MS = 30_000;

/** The ingress of each client serves what is exposed: it, and not just anybody who listens there. */
export const awaitIngressStep = defineStep({
  id: 'await-ingress',
  title: 'Waiting for the ingress',
  hideWhenDone: true,
  requires: ['nodes'],
  provides: ['exposed'],
  async isDone(at) {
    const exposed = at.state.exposed ?? nothingExposed;
    // A step that is skipped hands nothing on.
    if (JSON.stringify(exposed.addresses) !== JSON.stringify(addressesOf(at))) return { done: false, because: 'its address changes' };
    const missing = await unserved(at);
    return missing.length === 0 ? { done: true } : { done: false, because: missing.join('; ') };
  },
  async run(at) {
    const { state, clock, signal } = at;
    const wait = { what: 'the ingress', timeoutMs: TIMEOUT_MS, clock, signal, pauseMs: 50, next: nomadctl`job status ${INGRESS}` };
    await waitFor(wait, async () => {
      const missing = await unserved(at);
      return missing.length === 0 ? { value: true } : { observed: missing.join('; ') };
    });
    return { state: { exposed: { ...(state.exposed ?? nothingExposed), addresses: addressesOf(at) } } };
  },
});

/** The first client's: on each of the others it answers as well. */
function addressesOf(at: LocalContext<'nodes'>): Exposed['addresses'] {
  const here = clientsOf(at)[0]?.address;
  return here === undefined || (at.state.exposed ?? nothingExposed).exposures.length === 0 ? {} : { here };
}

const clientsOf = ({ state }: LocalContext<'nodes'>) => state.nodes.filter(({ role }) => role === 'client');

/** Clients whose ingress does not serve all of it, a sentence each. */
async function unserved(at: LocalContext<'nodes'>): Promise<string[]> {
  const exposed = at.state.exposed ?? nothingExposed;
  if (exposed.exposures.length === 0) return [];
  const found = await mapBounded(clientsOf(at), REQUESTS_AT_ONCE, async ({ name, address: host }) => {
    if (await servesAll(exposed, { host, signal: at.signal })) return [];
    if (!(await isListening({ host, port: STATUS_PORT }, at.signal))) return [`the ingress of ${name} does not answer`];
    return [`who listens on ${name} does not serve it: ${await portsSaid(exposed, { host, signal: at.signal })}`];
  });
  return found.flat();
}

/** At a port where nobody listens the ingress may be about to; where somebody does it is not the ingress, or has yet to be told. */
async function portsSaid({ exposures }: Exposed, { host, signal }: { host: string; signal: AbortSignal }): Promise<string> {
  const ports = [...new Set(exposures.map(({ listen }) => listen))];
  const said = await mapBounded(ports, REQUESTS_AT_ONCE, async (port) =>
    (await isListening({ host, port }, signal)) ? `somebody is at ${host}:${port}` : `nobody is at ${host}:${port}`,
  );
  return said.join(', ');
}
