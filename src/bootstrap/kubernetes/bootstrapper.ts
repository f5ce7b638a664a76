import { shell } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import { nameOf, type Bootstrapper, type PlaceRequest } from '../place.js';
import { VOLUME, VOLUME_FILES } from '../volume.js';
import { chooseMaking, type Making } from './choose-making.js';
import { APPLY, dryRun, putObjects, type Standing } from './apply.js';
import { differenceLines, isChange } from './differences.js';
import { readInPod } from './exec-in-pod.js';
import { judgePods } from './judge-pod.js';
import { isThere, type Claim, type Deployment, type KubeObject, type Pod } from './kube-model.js';
import { openKubectl } from './kubectl.js';
import { deliveryObject, podFactsIn, selectorWords, type Owner } from './objects.js';
import { removeRest, removeWorkload, retainedVolumes } from './remove-objects.js';
import { restartPod } from './restart-pod.js';

/** Everything has the same name, in a namespace of the cluster's own unless another one is given. */
export async function openOnKubernetes({ cluster, purpose, flag }: PlaceRequest, ctx: Context): Promise<Bootstrapper> {
  const name = nameOf(cluster);
  const kube = await openKubectl(ctx, { context: flag('context'), namespace: flag('kube-namespace') ?? `nomadctl-${cluster}` });
  const owner: Owner = { cluster, name, namespace: kube.namespace };
  const selector = selectorWords(owner);
  const look = async (kinds: string): Promise<readonly KubeObject[]> => kube.list(kinds, selector);
  const claimThere = (): Promise<Claim | undefined> => kube.get<Claim>('persistentvolumeclaim', name);
  const making = await howToMake();
  const standing = async (of: Making): Promise<Standing> => ({ making: of, claim: await claimThere() });
  const wait = { kube, name, selector, clock: ctx.clock, signal: ctx.signal };
  let delivered: string | undefined;
  return {
    on: 'kubernetes',
    place: { context: kube.context, 'kube-namespace': kube.namespace },
    where: `on Kubernetes of context ${kube.context}, in namespace ${kube.namespace}`,
    noun: 'deployment',
    name,
    madeOf: making?.pod.image ?? 'as it is',
    logs: shell`kubectl ${kube.words} logs ${`deployment/${name}`}`,
    pauseMs: 2000,
    // Nodes take the image from where they always do.
    isProvided: async () => true,
    provide: async () => undefined,
    async find() {
      const all = await look('deployments,pods');
      const deployment = all.find((one): one is Deployment => one.kind === 'Deployment' && isThere(one));
      if (deployment === undefined) return undefined;
      const isOver = deployment.spec?.replicas === 0;
      const pods = all.filter((one): one is Pod => one.kind === 'Pod');
      const { status, isRunning } = judgePods(pods, deployment);
      return { status: isOver ? 'scaled to 0' : status, isRunning: isRunning && !isOver, isOver };
    },
    isCurrent: async () => making === undefined || !(await dryRun(kube, await standing(making))).some(isChange),
    hasVolume: async () => isThere(await claimThere()),
    async make(report) {
      if (making !== undefined) await putObjects(kube, await standing(making), report);
    },
    async changes() {
      return making === undefined ? [] : differenceLines(await dryRun(kube, await standing(making)));
    },
    remove: () => removeWorkload(kube, owner),
    removeVolume: () => removeRest(kube, owner),
    async left() {
      const volumes = await retainedVolumes(kube, owner);
      if (volumes.length === 0) return undefined;
      const what = `PersistentVolume ${volumes.join(', ')}, which its class retains with the states and secrets on it`;
      return { what, remove: shell`kubectl ${kube.words.slice(0, 2)} delete persistentvolume ${volumes}` };
    },
    read: (path) => readInPod(kube, name, `${VOLUME}/${path}`),
    async write(path, text) {
      if (path !== VOLUME_FILES.parcel) throw new Error(`the pod takes ${VOLUME_FILES.parcel}, not ${path}`);
      await kube.run([...APPLY, '-o', 'name'], {
        stdin: JSON.stringify(deliveryObject(owner, text)),
      });
      delivered = text;
    },
    restart: (report) => restartPod(wait, delivered, report),
  };
  /** What has made a cluster takes it down: a newer program is none of its business. */
  async function howToMake(): Promise<Making | undefined> {
    if (purpose === 'look') return undefined;
    const before = podFactsIn(await kube.get('configmap', name));
    if (purpose === 'destroy') {
      const [deployment, claim] = await Promise.all([kube.get<Deployment>('deployment', name), claimThere()]);
      const isKept = isThere(deployment) && deployment.spec?.replicas !== 0 && flag('image') === undefined;
      if (isKept || (deployment === undefined && !isThere(claim))) return undefined;
    }
    return chooseMaking({ owner, flag, before });
  }
}
