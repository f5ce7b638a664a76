import { OutcomeError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import { withinTime } from '@nomadctl/base/signals/any-signal';
import { createNomadApi } from '../../clients/nomad-api.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { nameOf } from '../place.js';

/** One that is silent, as after a power cut, shall come down all the same. */
const ANSWER_MS = 3000;

/**
 * Refuses to take down a cluster that carries bootstrappers: on their volumes lie the states of other clusters.
 * @throws OutcomeError `bootstrap-lives-here`
 */
export async function refuseCarrier({ cluster, nomad }: ClusterConnection, signal: AbortSignal): Promise<void> {
  const volumes = await createNomadApi(nomad)
    .hostVolumes(withinTime(signal, ANSWER_MS), '*')
    .catch(() => []);
  signal.throwIfAborted();
  const prefix = nameOf('');
  const [first, ...others] = volumes.map(({ Name }) => Name).filter((name) => name.startsWith(prefix));
  if (first === undefined) return;
  const carried = [first, ...others].map((name) => name.slice(prefix.length));
  throw new OutcomeError(`cluster ${cluster} carries the bootstrapper of ${carried.join(', ')}`, {
    code: 'bootstrap-lives-here',
    why: 'states and secrets of what it has made lie on its volume, and would go with this cluster',
    next: hint`${nomadctl`bootstrap destroy ${carried[0]} --on nomad --management ${cluster}`}   takes down what it made; ${again({ keepData: true })}   keeps the volume`,
  });
}
