import type { KubeObject, PersistentVolume } from './kube-model.js';
import { itemsIn, type Kubectl } from './kubectl.js';
import { refusalOf } from './kubectl-refusals.js';
import { isOurs, type Owner } from './objects.js';

/** A pod gets a minute, and its node some time to tell. */
const END_WITHIN = '--timeout=150s';
/** What somebody would miss. */
const OF_SOMEBODY = 'deployments,statefulsets,daemonsets,jobs,cronjobs,pods,services,persistentvolumeclaims';

/** Deployment and pod, then what was delivered. Comes back when no pod is left. @throws OutcomeError `kube-runs-on` */
export async function removeWorkload(kube: Kubectl, { name }: Owner): Promise<void> {
  await kube.run(['delete', 'deployment', name, '--cascade=foreground', '--ignore-not-found', '--wait', END_WITHIN]);
  await kube.run(['delete', 'secret', name, '--ignore-not-found']);
}

/** Comes back when they are gone: their deployment makes another one. @throws OutcomeError `kube-runs-on` */
export async function endPods(kube: Kubectl, selector: string): Promise<void> {
  await kube.run(['delete', 'pods', '--selector', selector, '--ignore-not-found', '--wait', END_WITHIN]);
}

/** @throws OutcomeError `kube-runs-on` while somebody still uses it: it goes as soon as nobody does */
export async function removeClaim(kube: Kubectl, name: string): Promise<void> {
  await kube.run(['delete', 'persistentvolumeclaim', name, '--ignore-not-found', '--wait', END_WITHIN]);
}

/** The rest, and the volume last; with the namespace, where that is ours and nobody else has anything in it. */
export async function removeRest(kube: Kubectl, owner: Owner): Promise<void> {
  const { name, namespace } = owner;
  const found = await namespaceOf(kube);
  if (found === undefined) return;
  if (found !== 'unknown' && isOurs(found, owner) && !(await isShared(kube, name))) {
    await kube.run(['delete', 'namespace', namespace, '--ignore-not-found', '--wait', '--timeout=300s']);
    return;
  }
  await kube.run(['delete', 'networkpolicy,serviceaccount,configmap', name, '--ignore-not-found']);
  await removeClaim(kube, name);
}

/** `unknown` where whoever asks may see only what is in it. */
export async function namespaceOf(kube: Kubectl): Promise<KubeObject | 'unknown' | undefined> {
  const found = await kube.try(['get', 'namespace', kube.namespace, '--ignore-not-found', '-o', 'json']);
  if (found.exitCode === 0) return found.stdout.trim() === '' ? undefined : (JSON.parse(found.stdout) as KubeObject);
  const refusal = refusalOf(found, kube);
  if (refusal.code === 'kube-forbidden') return 'unknown';
  throw refusal;
}

async function isShared(kube: Kubectl, name: string): Promise<boolean> {
  const { exitCode, stdout } = await kube.try(['get', OF_SOMEBODY, '-o', 'name']);
  const others = stdout.split('\n').filter((line) => line !== '' && line !== `persistentvolumeclaim/${name}`);
  return exitCode !== 0 || others.length > 0;
}

/** Disks that were of the claim, and that their class retains. Who may not see them, as they are in no namespace, is told of none. */
export async function retainedVolumes(kube: Kubectl, { name, namespace }: Owner): Promise<string[]> {
  const { exitCode, stdout } = await kube.try(['get', 'persistentvolumes', '-o', 'json']);
  if (exitCode !== 0) return [];
  const volumes = itemsIn(stdout) as readonly PersistentVolume[];
  return volumes
    .filter(({ spec }) => spec?.persistentVolumeReclaimPolicy === 'Retain')
    .filter(({ spec }) => spec?.claimRef?.namespace === namespace && spec.claimRef.name === name)
    .map(({ metadata }) => metadata.name);
}
