import { OutcomeError, PrerequisiteError, type NomadctlError } from '@nomadctl/base/errors';
import { again, hint, shell } from '@nomadctl/base/hint/hint';
import type { Judgement } from './judge-pod.js';
import type { Claim, KubeObject } from './kube-model.js';
import { itemsIn, type Kubectl } from './kubectl.js';

export interface TroubledPod {
  readonly kube: Kubectl;
  /** Of deployment, pod's volume and all. */
  readonly name: string;
  /** Absent where Kubernetes makes none. */
  readonly pod: string | undefined;
  readonly trouble: NonNullable<Judgement['trouble']>;
}

/** What keeps a pod from running, as an error with the way out. Looks at its volume and its log where they say more. */
export async function troubleOf(troubled: TroubledPod): Promise<NomadctlError> {
  const { kube, name, pod, trouble } = troubled;
  const { kind, message, image = 'that was named' } = trouble;
  const describe = shell`kubectl ${kube.words} describe ${pod === undefined ? `deployment/${name}` : `pod/${pod}`}`;
  switch (kind) {
    case 'image':
      return new PrerequisiteError(`the nodes cannot have image ${image}`, {
        code: 'kube-image',
        why: message,
        next: hint`push it to a registry that they reach, then ${again({ image: '<name>' })}`,
      });
    case 'unschedulable':
      return (await unboundVolume(troubled)) ?? placeless(troubled, describe);
    case 'crash':
      return new OutcomeError(`the bootstrapper ends again and again, in pod ${pod}`, {
        code: 'kube-crash',
        why: (await lastWords(troubled)) ?? message,
        next: hint`${shell`kubectl ${kube.words} logs ${`deployment/${name}`}`}   tells all; another image: ${again({ image: '<name>' })}`,
      });
    case 'start':
      return new OutcomeError(`a container of image ${image} does not start`, {
        code: 'kube-start',
        why: message,
        next: hint`${describe}   tells more; another image: ${again({ image: '<name>' })}`,
      });
    case 'refused':
      return new PrerequisiteError(`Kubernetes makes no pod for the bootstrapper in namespace ${kube.namespace}`, {
        code: 'kube-pod-refused',
        why: message,
        next: hint`${describe}   tells more; another namespace: ${again({ kubeNamespace: '<name>' })}`,
      });
  }
}

/** One that somebody made by hand is bound in a second or two. */
const BOUND_WITHIN = '--timeout=10s';

/** Whether waiting is of no use: no class will ever make this volume, and there is none that somebody made. */
export async function isHopelessVolume({ kube, name, trouble }: TroubledPod): Promise<boolean> {
  if (!isAboutVolume(trouble)) return false;
  const claim = await kube.get<Claim>('persistentvolumeclaim', name);
  if (claim === undefined || claim.spec?.volumeName !== undefined || claim.spec?.storageClassName) return false;
  const bound = await kube.try(['wait', '--for=jsonpath={.status.phase}=Bound', `persistentvolumeclaim/${name}`, BOUND_WITHIN]);
  return bound.exitCode !== 0;
}

const isAboutVolume = ({ kind, message }: TroubledPod['trouble']): boolean =>
  kind === 'unschedulable' && /PersistentVolumeClaim|volume/i.test(message);

async function unboundVolume({ kube, name, trouble }: TroubledPod): Promise<NomadctlError | undefined> {
  if (!isAboutVolume(trouble)) return undefined;
  const claim = await kube.get<Claim>('persistentvolumeclaim', name);
  if (claim === undefined || claim.spec?.volumeName !== undefined) return undefined;
  const className = claim.spec?.storageClassName;
  const said = await lastEvent(kube, 'PersistentVolumeClaim', name);
  return new PrerequisiteError(`volume ${name} stays pending`, {
    code: 'kube-volume-pending',
    why: [
      className === undefined
        ? 'no storage class was named, and this Kubernetes has no default one'
        : className === ''
          ? 'it is to be one that somebody made by hand, and none fits'
          : `storage class ${className} has not made it`,
      ...(said === undefined ? [] : [said]),
    ],
    next: hint`${shell`kubectl ${kube.words} get storageclass`}   lists them; then ${again({ storageClass: '<name>' })}`,
  });
}

function placeless({ kube, name, trouble }: TroubledPod, describe: ReturnType<typeof shell>): NomadctlError {
  return new OutcomeError(`no node takes the pod of ${name}`, {
    code: 'kube-unschedulable',
    why: trouble.message,
    next: hint`${shell`kubectl ${kube.words} get nodes`} && ${describe}   tell more; it comes up by itself as soon as one does: ${again()}`,
  });
}

interface Event extends KubeObject {
  readonly reason?: string;
  readonly message?: string;
}

/** Only a help: who may not see events is told the rest. */
async function lastEvent(kube: Kubectl, kind: string, name: string): Promise<string | undefined> {
  const of = `involvedObject.kind=${kind},involvedObject.name=${name}`;
  const { exitCode, stdout } = await kube.try(['get', 'events', '--field-selector', of, '-o', 'json']);
  if (exitCode !== 0) return undefined;
  const last = itemsIn(stdout).at(-1) as Event | undefined;
  return last?.message === undefined ? undefined : `${last.reason ?? 'Event'}: ${last.message}`;
}

async function lastWords({ kube, pod }: TroubledPod): Promise<readonly string[] | undefined> {
  if (pod === undefined) return undefined;
  const { exitCode, stdout } = await kube.try(['logs', `pod/${pod}`, '--tail=6']);
  const lines = stdout.split('\n').filter((line) => line.trim() !== '');
  return exitCode === 0 && lines.length > 0 ? lines : undefined;
}
