import { isThere, type Condition, type Deployment, type Pod } from './kube-model.js';

/** Why a pod does not come up. */
export type Trouble = 'image' | 'start' | 'crash' | 'unschedulable' | 'refused';

export interface Judgement {
  /** In Kubernetes' own words. */
  readonly status: string;
  readonly isRunning: boolean;
  /** Absent while there is hope. */
  readonly trouble?: { readonly kind: Trouble; readonly message: string; readonly image?: string };
}

/** Reasons of a container that waits: https://github.com/kubernetes/kubernetes/blob/v1.34.4/pkg/kubelet/images/types.go and `kuberuntime`. */
const OF_IMAGE = ['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName', 'ImageInspectError', 'RegistryUnavailable'];
const OF_START = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError', 'StartError'];

/** How the pods of a bootstrapper are, in one word or two: by the newest of those that are to stay. */
export function judgePods(pods: readonly Pod[], deployment?: Deployment): Judgement {
  const pod = newestOf(pods);
  if (pod !== undefined) return judgePod(pod);
  const refused = conditionOf(deployment?.status?.conditions, 'ReplicaFailure', 'True');
  if (refused) {
    const message = refused.message ?? refused.reason ?? 'Kubernetes makes no pod';
    return { status: 'refused', isRunning: false, trouble: { kind: 'refused', message } };
  }
  return { status: pods.length > 0 ? 'ending' : 'waiting for its pod', isRunning: false };
}

/** One that failed for good, as after an eviction, has a successor that comes later. */
export function newestOf(pods: readonly Pod[]): Pod | undefined {
  return pods.filter(isThere).sort((a, b) => ageOf(b) - ageOf(a) || (isOver(a) ? 1 : 0) - (isOver(b) ? 1 : 0))[0];
}

const ageOf = ({ metadata }: Pod): number => Date.parse(metadata.creationTimestamp ?? '') || 0;
const isOver = ({ status }: Pod): boolean => status?.phase === 'Failed' || status?.phase === 'Succeeded';

function judgePod({ status = {} }: Pod): Judgement {
  if (status.phase === 'Failed')
    return { status: [lower(status.reason ?? 'failed'), status.message].filter(Boolean).join(': '), isRunning: false };
  const [container] = status.containerStatuses ?? [];
  const { running, waiting, terminated } = container?.state ?? {};
  if (running !== undefined) return { status: 'running', isRunning: true };
  if (terminated !== undefined) return { status: `restarting after exit code ${terminated.exitCode ?? 0}`, isRunning: false };
  const reason = waiting?.reason ?? '';
  const message = waiting?.message ?? reason;
  const image = container === undefined ? {} : { image: container.image };
  if (OF_IMAGE.includes(reason)) return trouble(reason, { kind: 'image', message, ...image });
  if (OF_START.includes(reason)) return trouble(reason, { kind: 'start', message, ...image });
  if (reason === 'CrashLoopBackOff') return trouble('restarting', { kind: 'crash', message, ...image });
  const unplaced = conditionOf(status.conditions, 'PodScheduled', 'False');
  if (unplaced)
    return trouble('unschedulable', { kind: 'unschedulable', message: unplaced.message ?? unplaced.reason ?? 'no node takes it' });
  return { status: reason === '' || reason === 'ContainerCreating' ? 'starting' : reason, isRunning: false };
}

const trouble = (status: string, found: NonNullable<Judgement['trouble']>): Judgement => ({ status, isRunning: false, trouble: found });
const lower = (text: string): string => text.toLowerCase();

function conditionOf(conditions: readonly Condition[] | undefined, type: string, status: Condition['status']): Condition | undefined {
  return conditions?.find((one) => one.type === type && one.status === status);
}
