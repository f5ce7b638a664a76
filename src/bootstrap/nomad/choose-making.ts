import { PrerequisiteError, UsageError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { NomadApi } from '../../clients/nomad-api.js';
import type { Job, TaskSpec } from '../../clients/nomad-job-model.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { nodesInFull, volumeNamed } from '../../cluster/volumes/host-volumes.js';
import type { Context } from '../../context.js';
import { findProgram } from '../../programs/find-program.js';
import { resolveTool } from '../../programs/resolve-tool.js';
import { askedImage, type Image } from '../container/image.js';
import { nameOf, type PlaceRequest } from '../place.js';
import { chooseClient, type ChosenClient } from './choose-client.js';
import { TASK, type TaskDriver } from './task.js';

/** How a bootstrapper would be made now. */
export interface Making {
  readonly client: ChosenClient;
  /** Absent: it runs nomadctl of this computer. */
  readonly image?: Image;
  /** Paths of programs that it needs there, of this computer's; none in an image, which has its own. */
  readonly programs: readonly string[];
}

const taskOf = (job: Job | undefined): TaskSpec | undefined => job?.TaskGroups[0]?.Tasks.find(({ Name }) => Name === TASK);

export const driverOf = (job: Job | undefined): string | undefined => taskOf(job)?.Driver;

/** docker's network of a job that is there. */
export function networkOf(job: Job | undefined): string | undefined {
  const mode = (taskOf(job)?.['Config'] as { readonly network_mode?: unknown } | undefined)?.network_mode;
  return typeof mode === 'string' ? mode : undefined;
}

interface Surroundings {
  readonly connection: ClusterConnection;
  readonly api: NomadApi;
  readonly there: Job | undefined;
  readonly request: PlaceRequest;
}

/** @throws UsageError `flags-conflict`; PrerequisiteError `bootstrap-no-client`, or `bootstrap-needs-image` where clients are computers of their own */
export async function chooseMaking({ connection, api, there, request: { cluster, flag } }: Surroundings, ctx: Context): Promise<Making> {
  const { signal } = ctx;
  const areHere = connection.nodes.path !== undefined;
  const given = flag('image');
  if (flag('driver') === 'raw_exec' && (given !== undefined || !areHere)) {
    throw new UsageError('with driver raw_exec the bootstrapper is nomadctl of this computer', {
      code: 'flags-conflict',
      why: areHere ? `image ${given} would not be used` : `the clients of cluster ${connection.cluster} are computers of their own`,
      next: again(areHere ? { image: undefined } : { driver: 'docker', image: '<name>' }),
    });
  }
  if (!areHere && given === undefined) {
    throw new PrerequisiteError(
      `the clients of cluster ${connection.cluster} are computers of their own, without an image of the bootstrapper`,
      {
        code: 'bootstrap-needs-image',
        why: 'they take one from a registry, or have it already',
        next: hint`${nomadctl`bootstrap image`}   makes one here; bring it to them, then ${again({ image: '<name>' })}`,
      },
    );
  }
  // A driver that was chosen stays: docker may come and go.
  const asked = flag('driver') ?? (given === undefined && there?.Stop === false ? driverOf(there) : undefined);
  const canContain = given !== undefined || (await findProgram(ctx, 'docker')) !== undefined;
  const possible: TaskDriver[] = [
    ...(canContain ? ['docker' as const] : []),
    ...(areHere && given === undefined ? ['raw_exec' as const] : []),
  ];
  const drivers = asked === undefined ? possible : (['docker', 'raw_exec'] as const).filter((driver) => driver === asked);
  const [nodes, volumes] = await Promise.all([nodesInFull(api, signal), api.hostVolumes(signal)]);
  const bound = volumeNamed(volumes, nameOf(cluster))?.NodeID;
  const fewer = given === undefined ? { driver: undefined } : { image: undefined, driver: undefined };
  const otherwise = areHere && (given ?? flag('driver')) !== undefined ? again(fewer) : undefined;
  const client = chooseClient({ nodes, management: connection.cluster, bound, drivers, otherwise });
  if (client.driver === 'docker') return { client, image: await askedImage(given, ctx), programs: [] };
  if (![undefined, 'host'].includes(flag('network'))) {
    throw new UsageError('with driver raw_exec the bootstrapper is in the network of this computer', {
      code: 'flags-conflict',
      why: `docker's network ${flag('network')} would not be used`,
      next: again({ network: undefined }),
    });
  }
  return { client, programs: await ownPrograms(ctx) };
}

/** @throws PrerequisiteError `tool-missing`, `program-missing` */
async function ownPrograms(ctx: Context): Promise<string[]> {
  const [{ path }, ssh] = [await resolveTool(ctx, 'terraform'), await findProgram(ctx, 'ssh')];
  if (ssh !== undefined) return [path, ssh];
  throw new PrerequisiteError('ssh is not on PATH', {
    code: 'program-missing',
    why: 'the bootstrapper runs programs of this computer',
    next: hint`install openssh-client, then ${again()}`,
  });
}
