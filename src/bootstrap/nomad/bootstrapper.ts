import { join } from 'node:path';
import { PrerequisiteError, UsageError } from '@nomadctl/base/errors';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import { createNomadApi, type NomadApi } from '../../clients/nomad-api.js';
import type { Job } from '../../clients/nomad-job-model.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { deleteVolume, nodesInFull, untilReady, volumeNamed, type ReadyVolume } from '../../cluster/host-volumes.js';
import type { Context } from '../../context.js';
import { findProgram } from '../../programs/find-program.js';
import { askedImage, hasImage, provideImage, type Image } from '../docker/image.js';
import { nameOf, type Bootstrapper, type PlaceRequest } from '../place.js';
import { VOLUME } from '../volume.js';
import { chooseClient, type ChosenClient } from './choose-client.js';
import { endBootstrapJob, putJob } from './put-job.js';
import { liveAllocation, readInTask, runningTask, statusOf, writeInTask, type TaskReach } from './reach-task.js';
import { dockerTask, jobSpec, ownTask, TASK, type TaskDriver } from './task.js';

/** How it would be made now. */
interface Making {
  readonly client: ChosenClient;
  /** Absent: it runs nomadctl of this computer. */
  readonly image?: Image;
}

/** Job and volume have the same name. */
export async function openOnNomad(request: PlaceRequest, ctx: Context): Promise<Bootstrapper> {
  const { cluster, purpose, flag } = request;
  const name = nameOf(cluster);
  const connection = await request.connect(flag('management'));
  const management = connection.cluster;
  const api = createNomadApi(connection.nomad);
  const { clock, signal } = ctx;
  const reach: TaskReach = { api, name, clock, signal };
  const there = await api.job(name, signal);
  // What has made a cluster takes it down: a newer program is none of its business.
  const isKept = purpose === 'look' || (purpose === 'destroy' && there?.Stop === false && flag('image') === undefined);
  const making = isKept ? undefined : await planned({ connection, api, there, request }, ctx);
  const image = making?.image;
  const spec = ({ client }: Making, { path }: Pick<ReadyVolume, 'path'>): ReturnType<typeof jobSpec> => {
    const task = image ? dockerTask({ name, image: image.name, network: flag('network') ?? 'bridge' }) : ownTask(path, ctx);
    return jobSpec({ name, cluster, node: client.node.ID, pool: client.node.NodePool ?? 'default', task });
  };
  const volumeThere = async (): ReturnType<NomadApi['hostVolume']> => {
    const listed = volumeNamed(await api.hostVolumes(signal), name);
    return listed && api.hostVolume(listed.ID, signal);
  };
  const rootOf = async (): Promise<string> => {
    const job = await api.job(name, signal);
    if (driverOf(job) === 'docker') return VOLUME;
    return (await volumeThere())?.HostPath ?? VOLUME;
  };
  return {
    on: 'nomad',
    place: { management },
    where: `on Nomad of cluster ${management}`,
    noun: 'job',
    name,
    madeOf: image?.name ?? (making ? 'nomadctl of this computer' : 'as it is'),
    logs: nomadctl`job logs ${name} --cluster ${management}`,
    isProvided: async () => image === undefined || image.content === undefined || hasImage(ctx, image),
    provide: async (report) => void (image && (await provideImage(ctx, image, report))),
    async find() {
      const job = await api.job(name, signal);
      if (job === undefined) return undefined;
      const status = job.Stop ? 'stopped' : statusOf(await liveAllocation(reach));
      return { status, isRunning: status === 'running', isOver: job.Stop, isCurrent: !job.Stop && (await isCurrent()) };
    },
    hasVolume: async () => (await volumeThere()) !== undefined,
    async make(report) {
      if (making === undefined) return;
      report('making the volume');
      const { node } = making.client;
      // Nomad would make a second one of the name, on another client.
      const { ID } = (await volumeThere()) ?? (await api.createHostVolume({ name, node: node.ID }, signal));
      report('waiting for the volume');
      const volume = await untilReady(api, ID, { clock, signal });
      await putJob(reach, spec(making, volume), report);
    },
    remove: () => endBootstrapJob(reach, { purge: true }),
    async removeVolume() {
      const volume = await volumeThere();
      if (volume) await deleteVolume(api, volume, { clock, signal });
    },
    read: async (path) => readInTask(reach, join(await rootOf(), path)),
    write: async (path, text) => writeInTask(reach, join(await rootOf(), path), text),
    restart: async () => api.restartAllocation({ id: (await runningTask(reach)).ID, signal }),
  };

  async function isCurrent(): Promise<boolean> {
    if (making === undefined) return true;
    const volume = await volumeThere();
    if (volume?.HostPath === undefined) return false;
    const { Diff } = await api.plan(spec(making, { path: volume.HostPath }), signal);
    return Diff?.Type === 'None';
  }
}

const driverOf = (job: Job | undefined): string | undefined => job?.TaskGroups[0]?.Tasks.find(({ Name }) => Name === TASK)?.Driver;

interface Surroundings {
  readonly connection: ClusterConnection;
  readonly api: NomadApi;
  readonly there: Job | undefined;
  readonly request: PlaceRequest;
}

/** @throws UsageError `flags-conflict`; PrerequisiteError `bootstrap-no-client`, or `bootstrap-needs-image` where clients are computers of their own */
async function planned({ connection, api, there, request: { cluster, flag } }: Surroundings, ctx: Context): Promise<Making> {
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
        why: 'nomadctl bootstrap image makes one here, for docker of this computer; they take it from a registry, or have it already',
        next: again({ image: '<name>' }),
      },
    );
  }
  // A driver that was chosen stays: docker may come and go.
  const asked = flag('driver') ?? (there?.Stop === false ? driverOf(there) : undefined);
  const canContain = given !== undefined || (await findProgram(ctx, 'docker')) !== undefined;
  const possible: TaskDriver[] = [
    ...(canContain ? ['docker' as const] : []),
    ...(areHere && given === undefined ? ['raw_exec' as const] : []),
  ];
  const drivers = asked === undefined ? possible : (['docker', 'raw_exec'] as const).filter((driver) => driver === asked);
  const [nodes, volumes] = await Promise.all([nodesInFull(api, signal), api.hostVolumes(signal)]);
  const bound = volumeNamed(volumes, nameOf(cluster))?.NodeID;
  const client = chooseClient({ nodes, management: connection.cluster, bound, drivers });
  return client.driver === 'docker' ? { client, image: await askedImage(given, ctx) } : { client };
}
