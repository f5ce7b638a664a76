import { join } from 'node:path';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { createNomadApi, type NomadApi } from '../../clients/nomad-api.js';
import { DEFAULT_NAMESPACE } from '../../cluster/connection.js';
import { deleteVolume, untilReady, volumeNamed, type ReadyVolume } from '../../cluster/volumes/host-volumes.js';
import type { Context } from '../../context.js';
import { hasImage, provideImage } from '../container/image.js';
import { nameOf, type Bootstrapper, type PlaceRequest } from '../place.js';
import { VOLUME } from '../volume.js';
import { chooseMaking, driverOf, networkOf, type Making } from './choose-making.js';
import { endBootstrapJob, putJob } from './put-job.js';
import { liveAllocation, readInTask, runningTask, statusOf, writeInTask, type TaskReach } from './reach-task.js';
import { dockerTask, jobSpec, ownTask } from './task.js';

/** Job and volume have the same name. */
export async function openOnNomad(request: PlaceRequest, ctx: Context): Promise<Bootstrapper> {
  const { cluster, purpose, flag } = request;
  const name = nameOf(cluster);
  const connection = await request.connect(flag('management'));
  const management = connection.cluster;
  // Whatever NOMAD_NAMESPACE says this time: one that is not found would be made a second time.
  const api = createNomadApi({ ...connection.nomad, namespace: DEFAULT_NAMESPACE });
  const { clock, signal } = ctx;
  const reach: TaskReach = { api, name, clock, signal };
  const there = await api.job(name, signal);
  // What has made a cluster takes it down: a newer program is none of its business.
  const isKept = purpose === 'look' || (purpose === 'destroy' && there?.Stop === false && flag('image') === undefined);
  const making = isKept ? undefined : await chooseMaking({ connection, api, there, request }, ctx);
  const image = making?.image;
  const spec = ({ client, programs }: Making, { path }: Pick<ReadyVolume, 'path'>): ReturnType<typeof jobSpec> => {
    const task = image
      ? dockerTask({ name, image: image.name, network: flag('network') ?? networkOf(there) ?? 'bridge' })
      : ownTask(path, programs, ctx);
    return jobSpec({ name, cluster, node: client.node.ID, pool: client.node.NodePool ?? 'default', task });
  };
  const volumeThere = async (): ReturnType<NomadApi['hostVolume']> => {
    const listed = volumeNamed(await api.hostVolumes(signal), name);
    return listed && api.hostVolume(listed.ID, signal);
  };
  let root: string | undefined;
  const inVolume = async (path: string): Promise<string> => {
    root ??= driverOf(await api.job(name, signal)) === 'docker' ? VOLUME : (await volumeThere())?.HostPath;
    return join(root ?? VOLUME, path);
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
      return { status, isRunning: status === 'running', isOver: job.Stop };
    },
    isCurrent,
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
      root = undefined;
    },
    remove: () => endBootstrapJob(reach, { purge: true }),
    async removeVolume() {
      const volume = await volumeThere();
      if (volume) await deleteVolume(api, volume, { clock, signal });
    },
    read: async (path) => readInTask(reach, await inVolume(path)),
    write: async (path, text) => writeInTask(reach, await inVolume(path), text),
    restart: async () => api.restartAllocation({ id: (await runningTask(reach)).ID, signal }),
  };

  async function isCurrent(): Promise<boolean> {
    if (making === undefined) return true;
    if ((await api.job(name, signal))?.Stop !== false) return false;
    const volume = await volumeThere();
    if (volume?.HostPath === undefined) return false;
    const { Diff } = await api.plan(spec(making, { path: volume.HostPath }), signal);
    return Diff?.Type === 'None';
  }
}
