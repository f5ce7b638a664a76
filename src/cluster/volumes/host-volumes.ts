import type { Clock } from '@nomadctl/base/clock';
import { OutcomeError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { waitFor } from '@nomadctl/base/wait-for';
import { wordsOf } from '../../clients/http.js';
import type { NomadApi } from '../../clients/nomad-api.js';
import type { Node } from '../../clients/nomad-node-model.js';
import type { HostVolume } from '../../clients/nomad-volumes.js';

/** A dynamic host volume that can be used. */
export interface ReadyVolume {
  /** In Nomad, for `source`. */
  readonly name: string;
  readonly id: string;
  /** The client that has it. */
  readonly node: string;
  /** On its client: tasks of driver raw_exec cannot mount it, and go there. */
  readonly path: string;
}

interface At {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Six to eight seconds are usual: a client tells of its volumes with its next fingerprint. */
const READY_MS = 90_000;
/** How long an allocation that has ended may still hold a volume. */
const RELEASE_MS = 60_000;

/** Lists tell neither attributes nor meta. */
export async function nodesInFull(api: NomadApi, signal: AbortSignal): Promise<Node[]> {
  const { value } = await api.watchNodes({ index: 0, signal });
  return mapBounded(value, REQUESTS_AT_ONCE, ({ ID }) => api.node(ID, signal));
}

/** Whether a client may be given a volume, and takes work. Of nodes in full. */
export function canHaveVolume({ Status, SchedulingEligibility, Drain, Attributes }: Node): boolean {
  const isFree = Status === 'ready' && SchedulingEligibility === 'eligible' && !Drain;
  return isFree && Attributes?.['plugins.host_volume.mkdir.version'] !== undefined;
}

/** The one of that name: with several, which Nomad allows, always the same. */
export function volumeNamed(volumes: readonly HostVolume[], name: string): HostVolume | undefined {
  return volumes.filter(({ Name }) => Name === name).sort((a, b) => (a.ID < b.ID ? -1 : 1))[0];
}

/** @throws OutcomeError `wait-timeout` */
export async function untilReady(api: NomadApi, id: string, { clock, signal }: At): Promise<ReadyVolume> {
  const wait = { what: `volume ${id.slice(0, 8)}`, timeoutMs: READY_MS, clock, signal, next: again(), pauseMs: 250 };
  return waitFor(wait, async () => {
    const volume = await api.hostVolume(id, signal);
    if (volume?.State !== 'ready' || !volume.HostPath)
      return { observed: volume ? `Nomad says that it is ${volume.State || 'unknown'}` : 'Nomad does not know it' };
    const { Name, NodeID, HostPath } = volume;
    if (await isTold(api, { ID: id, Name, NodeID }, signal)) return { value: { name: Name, id, node: NodeID, path: HostPath } };
    return { observed: `client ${NodeID.slice(0, 8)} still tells of one of that name that was there before` };
  });
}

/**
 * Whether the client tells of this very volume. Nomad takes one for ready while its client still tells of another one of that name, which
 * was deleted a moment ago, and then places nothing there (1.11.3: `ready` looks for the name, the scheduler for the id).
 */
async function isTold(
  api: NomadApi,
  { ID, Name, NodeID }: Pick<HostVolume, 'ID' | 'Name' | 'NodeID'>,
  signal: AbortSignal,
): Promise<boolean> {
  return (await api.node(NodeID, signal)).HostVolumes?.[Name]?.ID === ID;
}

/** Deletes a volume with everything in it, once nobody has it any more. @throws OutcomeError `volume-in-use` */
export async function deleteVolume(api: NomadApi, { ID, Name, NodeID }: HostVolume, { clock, signal }: At): Promise<void> {
  const until = clock.now() + RELEASE_MS;
  for (;;) {
    try {
      return await api.deleteHostVolume(ID, signal);
    } catch (cause) {
      const said = wordsOf(cause);
      if (said === undefined) throw cause;
      if (clock.now() > until) {
        throw new OutcomeError(`volume ${Name} could not be deleted`, {
          code: 'volume-in-use',
          why: [said.trim(), `it lies on client ${NodeID.slice(0, 8)}, which has to be up for it`],
          next: again(),
          cause,
        });
      }
      await clock.sleep(500, signal);
    }
  }
}
