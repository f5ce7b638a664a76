import { nomadctl } from '@nomadctl/base/hint/hint';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { waitFor } from '@nomadctl/base/wait-for';
import { isListening } from '../../clients/probe/is-listening.js';
import { nothingExposed, type Exposed } from '../../exposure/exposure.js';
import { INGRESS } from '../../exposure/ingress-config.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';

const TIMEOUT_MS = 30_000;

/** The ingress listens at every port that is exposed, on the address of each client. */
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
    const closed = await closedPorts(at);
    return closed.length === 0 ? { done: true } : { done: false, because: `nobody listens at ${closed.join(', ')}` };
  },
  async run(at) {
    const { state, clock, signal } = at;
    const wait = { what: 'the ingress', timeoutMs: TIMEOUT_MS, clock, signal, pauseMs: 50, next: nomadctl`job status ${INGRESS}` };
    await waitFor(wait, async () => {
      const closed = await closedPorts(at);
      return closed.length === 0 ? { value: true } : { observed: `nobody listens at ${closed.join(', ')}` };
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

async function closedPorts(at: LocalContext<'nodes'>): Promise<string[]> {
  const ports = [...new Set((at.state.exposed ?? nothingExposed).exposures.map(({ listen }) => listen))];
  const places = clientsOf(at).flatMap(({ address: host }) => ports.map((port) => ({ host, port })));
  const found = await mapBounded(places, REQUESTS_AT_ONCE, async (place) =>
    (await isListening(place, at.signal)) ? [] : [`${place.host}:${place.port}`],
  );
  return found.flat();
}
