import type { Clock } from '@nomadctl/base/clock';
import { createHash } from 'node:crypto';
import { OutcomeError, PrerequisiteError } from '@nomadctl/base/errors';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { waitFor } from '@nomadctl/base/wait-for';
import { wordsOf } from '../clients/http.js';
import { createNomadApi, type NomadApi } from '../clients/nomad-api.js';
import type { Node } from '../clients/nomad-node-model.js';
import type { HostVolume } from '../clients/nomad-volumes.js';
import type { ClusterConnection } from '../cluster/connection.js';

/** A volume of a member, as the template sees it. */
export interface MemberVolume {
  /** In Nomad, for `source`. */
  readonly name: string;
  readonly id: string;
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

/** A node keeps its volumes by their names alone, whatever their namespace: so the tenant stands in it. */
export function volumeName({ tenant, job, index }: { readonly tenant: string; readonly job: string; readonly index: number }): string {
  return `${tenant}-${job}-${index}`;
}

function tenantApi({ nomad }: ClusterConnection, tenant: string): NomadApi {
  return createNomadApi({ ...nomad, namespace: tenant });
}

/**
 * A volume for each member, each on another client and in another zone as far as there are others. Made where it is not there: Nomad
 * itself would make a second one of the name.
 * @throws PrerequisiteError `volume-no-client`; OutcomeError `volume-unavailable` or `wait-timeout`
 */
export async function ensureVolumes(
  connection: ClusterConnection,
  { tenant, job, members }: { readonly tenant: string; readonly job: string; readonly members: number },
  { clock, signal }: At,
): Promise<MemberVolume[]> {
  const api = tenantApi(connection, tenant);
  const all = await api.hostVolumes(signal, '*');
  const own = all.filter(({ Namespace }) => Namespace === tenant);
  const ids: string[] = [];
  let nodes: readonly Node[] | undefined;
  for (const index of Array.from({ length: members }, (_, number) => number)) {
    const name = volumeName({ tenant, job, index });
    const found = own.filter(({ Name }) => Name === name).sort((a, b) => (a.ID < b.ID ? -1 : 1))[0];
    if (found) ids.push(found.ID);
    else {
      nodes ??= await nodesInFull(api, signal);
      const made = await api.createHostVolume({ name, node: chooseNode({ nodes, all, own, tenant }).ID }, signal);
      all.push(made);
      own.push(made);
      ids.push(made.ID);
    }
  }
  return mapBounded(ids, REQUESTS_AT_ONCE, (id) => untilReady(api, id, { clock, signal }));
}

/** Lists tell neither attributes nor meta. */
async function nodesInFull(api: NomadApi, signal: AbortSignal): Promise<Node[]> {
  const { value } = await api.watchNodes({ index: 0, signal });
  return mapBounded(value, REQUESTS_AT_ONCE, ({ ID }) => api.node(ID, signal));
}

async function untilReady(api: NomadApi, id: string, { clock, signal }: At): Promise<MemberVolume> {
  const wait = { what: `volume ${id.slice(0, 8)}`, timeoutMs: READY_MS, clock, signal, next: again(), pauseMs: 250 };
  return waitFor(wait, async () => {
    const volume = await api.hostVolume(id, signal);
    if (volume?.State !== 'ready' || !volume.HostPath)
      return { observed: volume ? `Nomad says that it is ${volume.State || 'unknown'}` : 'Nomad does not know it' };
    const { Name, NodeID, HostPath } = volume;
    if (await isTold(api, { ID: id, Name, NodeID }, signal)) return { value: { name: Name, id, path: HostPath } };
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

interface Choice {
  readonly nodes: readonly Node[];
  readonly all: readonly HostVolume[];
  readonly own: readonly HostVolume[];
  readonly tenant: string;
}

/** The client with the fewest volumes of the tenant, then in the zone with the fewest, then with the fewest of all; evenly else. */
function chooseNode({ nodes, all, own, tenant }: Choice): Node {
  const fit = nodes.filter(
    ({ Status, SchedulingEligibility, Drain, Attributes }) =>
      Status === 'ready' &&
      SchedulingEligibility === 'eligible' &&
      !Drain &&
      Attributes?.['plugins.host_volume.mkdir.version'] !== undefined,
  );
  const zoneOf = (node: Node): string => node.Meta?.['zone'] ?? node.Datacenter;
  const zones = new Map(nodes.map((node) => [node.ID, zoneOf(node)]));
  const rank = (node: Node): (number | string)[] => [
    own.filter(({ NodeID }) => NodeID === node.ID).length,
    own.filter(({ NodeID }) => zones.get(NodeID) === zoneOf(node)).length,
    all.filter(({ NodeID }) => NodeID === node.ID).length,
    createHash('sha256').update(`${tenant} ${node.ID}`).digest('hex'),
  ];
  const [best] = fit.map((node) => ({ node, rank: rank(node) })).sort((a, b) => compare(a.rank, b.rank));
  if (best) return best.node;
  throw new PrerequisiteError(`no client can have a volume for tenant ${tenant}`, {
    code: 'volume-no-client',
    why: `of ${nodes.length} clients none is ready, eligible and makes dynamic host volumes, which Nomad 1.10 and later do`,
    next: nomadctl`status`,
  });
}

function compare(one: readonly (number | string)[], other: readonly (number | string)[]): number {
  for (const [index, value] of one.entries()) {
    const against = other[index];
    if (against !== undefined && value !== against) return value < against ? -1 : 1;
  }
  return 0;
}

/**
 * Takes away volumes of a tenant with everything in them: those of members beyond `members` of a job, or all.
 * @returns their names
 * @throws OutcomeError `volume-in-use` or `volume-unreachable`
 */
export async function removeVolumes(
  connection: ClusterConnection,
  { tenant, beyond }: { readonly tenant: string; readonly beyond?: { readonly job: string; readonly members: number } },
  { clock, signal }: At,
): Promise<string[]> {
  const api = tenantApi(connection, tenant);
  const own = (await api.hostVolumes(signal, tenant)).filter(({ Namespace }) => Namespace === tenant);
  const doomed = own.filter(({ Name }) => {
    if (!beyond) return true;
    const prefix = `${tenant}-${beyond.job}-`;
    return Name.startsWith(prefix) && Number(Name.slice(prefix.length)) >= beyond.members;
  });
  await mapBounded(doomed, REQUESTS_AT_ONCE, (volume) => removeVolume(api, volume, { clock, signal }));
  return doomed.map(({ Name }) => Name);
}

async function removeVolume(api: NomadApi, { ID, Name, NodeID }: HostVolume, { clock, signal }: At): Promise<void> {
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

/** Volumes of a tenant, with the names of their clients. */
export async function listVolumes(
  connection: ClusterConnection,
  tenant: string,
  signal: AbortSignal,
): Promise<{ readonly name: string; readonly id: string; readonly node: string; readonly state: string }[]> {
  const api = tenantApi(connection, tenant);
  const [volumes, { value: nodes }] = await Promise.all([api.hostVolumes(signal, tenant), api.watchNodes({ index: 0, signal })]);
  return volumes.map(({ Name, ID, NodeID, State }) => ({
    name: Name,
    id: ID,
    node: nodes.find((node) => node.ID === NodeID)?.Name ?? NodeID.slice(0, 8),
    state: State || 'unknown',
  }));
}
