import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutcomeError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { withinTime } from '@nomadctl/base/signals/any-signal';
import { createNomadApi } from '../../clients/nomad-api.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { nameOf } from '../place.js';
import { VOLUME_FILES } from '../volume.js';

/** One that is silent, as after a power cut, shall come down all the same. */
const ANSWER_MS = 3000;
/** Of a client on this computer, in the folder of its agent. */
const VOLUMES = 'nomad/data/host_volumes';

export interface Carrier {
  readonly cluster: string;
  readonly paths: Pick<ClusterPaths, 'agents'>;
  /** Absent where nobody knows how to reach it. */
  readonly connection: ClusterConnection | undefined;
}

/**
 * Refuses to take down a cluster that carries bootstrappers: on their volumes lie the states of other clusters. Nomad is asked, and
 * agents of this computer, which may be stopped, have volumes in their folder.
 * @throws OutcomeError `bootstrap-lives-here`
 */
export async function refuseCarrier({ cluster, paths, connection }: Carrier, signal: AbortSignal): Promise<void> {
  const carried = [...new Set([...volumesBelow(paths.agents), ...(connection ? await volumesOf(connection, signal) : [])])].sort();
  if (carried.length === 0) return;
  throw new OutcomeError(`cluster ${cluster} carries the bootstrapper of ${carried.join(', ')}`, {
    code: 'bootstrap-lives-here',
    why: 'states and secrets of what it has made lie on its volume, and would go with this cluster',
    next: hint`${nomadctl`bootstrap destroy ${carried[0]} --on nomad --management ${cluster}`}   takes down what it made; ${again({ keepData: true })}   keeps the volume`,
  });
}

async function volumesOf({ nomad }: ClusterConnection, signal: AbortSignal): Promise<string[]> {
  const volumes = await createNomadApi(nomad)
    .hostVolumes(withinTime(signal, ANSWER_MS), '*')
    .catch(() => []);
  signal.throwIfAborted();
  const prefix = nameOf('');
  return volumes.flatMap(({ Name }) => (Name.startsWith(prefix) ? [Name.slice(prefix.length)] : []));
}

/** By what was delivered to them. */
function volumesBelow(agents: string): string[] {
  const folders = namesIn(agents).flatMap((node) => namesIn(join(agents, node, VOLUMES)).map((id) => join(agents, node, VOLUMES, id)));
  return folders.flatMap((folder) => {
    try {
      const { cluster } = JSON.parse(readFileSync(join(folder, VOLUME_FILES.parcel), 'utf8')) as { readonly cluster?: unknown };
      return typeof cluster === 'string' ? [cluster] : [];
    } catch {
      return [];
    }
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
