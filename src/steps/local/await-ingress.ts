import { nomadctl } from '@nomadctl/base/hint/hint';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { waitFor } from '@nomadctl/base/wait-for';
import { isListening } from '../../clients/probe/is-listening.js';
import { nothingExposed } from '../../exposure/exposure.js';
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
  async run(at) {
    const { state, clock, signal } = at;
    const exposed = state.exposed ?? nothingExposed;
    if (exposed.exposures.length === 0) return { state: { exposed: { ...exposed, addresses: {} } } };
    await waitFor(
      { what: 'the ingress', timeoutMs: TIMEOUT_MS, clock, signal, pauseMs: 50, next: nomadctl`job status ${INGRESS}` },
      async () => {
        const closed = await closedPorts(at);
        return closed.length === 0 ? { value: true } : { observed: `nobody listens at ${closed.join(', ')}` };
      },
    );
    const here = clientsOf(at)[0]?.address;
    return { state: { exposed: { ...exposed, addresses: here === undefined ? {} : { here } } } };
  },
});

const clientsOf = ({ state }: LocalContext<'nodes'>) => state.nodes.filter(({ role }) => role === 'client');

async function closedPorts(at: LocalContext<'nodes'>): Promise<string[]> {
  const ports = [...new Set((at.state.exposed ?? nothingExposed).exposures.map(({ listen }) => listen))];
  const places = clientsOf(at).flatMap(({ address: host }) => ports.map((port) => ({ host, port })));
  const found = await mapBounded(places, REQUESTS_AT_ONCE, async (place) =>
    (await isListening(place, at.signal)) ? [] : [`${place.host}:${place.port}`],
  );
  return found.flat();
}
