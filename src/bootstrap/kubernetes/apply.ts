import { differencesOf, type Difference } from './differences.js';
import type { Making } from './choose-making.js';
import { isThere, type Claim, type KubeObject } from './kube-model.js';
import { itemsIn, listOf, type Kubectl } from './kubectl.js';
import { claimObject, isOurs, namespaceObject, workloadObjects, type Owner } from './objects.js';
import { namespaceOf, removeClaim, removeWorkload } from './remove-objects.js';

/** The server merges, and knows which fields are ours. What somebody else has changed in them becomes what was asked for. */
export const APPLY = ['apply', '--server-side', '--force-conflicts', '--field-manager=nomadctl', '-f', '-'];
/** Where objects are tried whose own namespace is not there yet. */
const FOR_TRIAL = 'default';

/** What is there of a bootstrapper. */
export interface Standing {
  readonly making: Making;
  readonly claim: Claim | undefined;
}

/**
 * What making it would change, as the server says after a dry run of its own: validation and admission included, which a dry run of
 * kubectl's own has not.
 * @throws what `refusalOf` makes of a refusal
 */
export async function dryRun(kube: Kubectl, { making, claim }: Standing): Promise<Difference[]> {
  const namespace = await namespaceOf(kube);
  const tries = async (objects: readonly KubeObject[], words: readonly string[] = []): Promise<readonly KubeObject[]> =>
    itemsIn(await kube.run([...APPLY, ...words, '--dry-run=server', '-o', 'json'], { stdin: listOf(objects) }));
  if (namespace === undefined) {
    // Until it is there the server knows no namespace to check them in.
    const rest = [claimObject(making.owner, making.volume), ...workloadObjects(making.owner, making.pod)].map(forTrial);
    const answers = [await tries([namespaceObject(making.owner)]), await tries(rest, ['--namespace', FOR_TRIAL])];
    return differencesOf([], answers.flat());
  }
  const isAnew = isMadeAnew(claim, making);
  const objects = objectsOf({ making, claim }, namespace).filter(({ kind }) => !(isAnew && kind === CLAIM));
  const there = itemsIn(await kube.run(['get', '--ignore-not-found', '-o', 'json', '-f', '-'], { stdin: listOf(objects) }));
  return [...differencesOf(there, await tries(objects)), ...(isAnew ? [{ kind: CLAIM, name: making.owner.name }] : [])];
}

const CLAIM = 'PersistentVolumeClaim';
const forTrial = (object: KubeObject): KubeObject => ({ ...object, metadata: { ...object.metadata, namespace: FOR_TRIAL } });

/** Applies what is to be there. A volume stays whatever happens; only one on which nothing lies yet is made as it is asked for now. */
export async function putObjects(kube: Kubectl, { making, claim }: Standing, report: (text: string) => void): Promise<void> {
  const { owner } = making;
  const namespace = await namespaceOf(kube);
  if (namespace !== undefined && namespace !== 'unknown' && !isThere(namespace)) {
    report(`waiting until namespace ${owner.namespace} of before is gone`);
    await kube.run(['wait', '--for=delete', `namespace/${owner.namespace}`, '--timeout=300s']);
    return putAll(kube, objectsOf({ making, claim: undefined }, undefined), report);
  }
  if (claim !== undefined && (!isThere(claim) || isMadeAnew(claim, making))) {
    await removeEmptyVolume(kube, owner, report);
    return putAll(kube, objectsOf({ making, claim: undefined }, namespace), report);
  }
  await putAll(kube, objectsOf({ making, claim }, namespace), report);
}

async function removeEmptyVolume(kube: Kubectl, owner: Owner, report: (text: string) => void): Promise<void> {
  report('removing the volume on which nothing lies');
  await removeWorkload(kube, owner);
  await removeClaim(kube, owner.name);
}

async function putAll(kube: Kubectl, objects: readonly KubeObject[], report: (text: string) => void): Promise<void> {
  report(`applying ${objects.length} objects`);
  await kube.run([...APPLY, '-o', 'name'], { stdin: listOf(objects) });
}

/** All that is to be there, in the order in which it is applied. */
function objectsOf({ making, claim }: Standing, namespace: KubeObject | 'unknown' | undefined): readonly KubeObject[] {
  const { owner, pod } = making;
  // One that is somebody else's is used as it is.
  const ours = namespace === undefined || (namespace !== 'unknown' && isOurs(namespace, owner)) ? [namespaceObject(owner)] : [];
  return [...ours, ...volumeObjects(making, claim), ...workloadObjects(owner, pod)];
}

/** One that is there is touched only by what was asked for: the server says whether it can grow. */
function volumeObjects({ owner, volume }: Making, claim: Claim | undefined): readonly KubeObject[] {
  if (!isThere(claim)) return [claimObject(owner, volume)];
  if (!isAsked(volume)) return [];
  const { storageClassName, resources } = claim.spec ?? {};
  return [claimObject(owner, { storageClass: volume.storageClass ?? storageClassName, size: volume.size ?? resources?.requests?.storage })];
}

const isAsked = ({ storageClass, size }: Making['volume']): boolean => storageClass !== undefined || size !== undefined;

/** Whether a volume that is not bound yet, and so is empty, was asked for otherwise. */
function isMadeAnew(claim: Claim | undefined, { volume: { storageClass, size } }: Making): boolean {
  if (claim === undefined || claim.spec?.volumeName !== undefined) return false;
  const { storageClassName, resources } = claim.spec ?? {};
  return (storageClass !== undefined && storageClass !== storageClassName) || (size !== undefined && size !== resources?.requests?.storage);
}
