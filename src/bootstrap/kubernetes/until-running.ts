import type { Clock } from '@nomadctl/base/clock';
import { OutcomeError } from '@nomadctl/base/errors';
import { again, hint, shell } from '@nomadctl/base/hint/hint';
import { anySignal } from '@nomadctl/base/signals/any-signal';
import { judgePods, newestOf, type Judgement } from './judge-pod.js';
import type { Deployment, Pod } from './kube-model.js';
import type { Kubectl } from './kubectl.js';
import { isHopelessVolume, troubleOf, type TroubledPod } from './trouble.js';
import { watchObjects } from './watch-objects.js';

export interface RunningWait {
  readonly kube: Kubectl;
  /** Of the deployment. */
  readonly name: string;
  readonly selector: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A volume that is being made, or a node that is being added, takes its time; and so does a large image. */
const PLACED_MS = 90_000;
const RUNNING_MS = 15 * 60_000;

/**
 * Follows the pods of the bootstrapper until one runs. An image that cannot be had, or a volume that nothing makes, is told at once;
 * a pod that no node takes, when that stays so.
 * @throws what `troubleOf` makes of it; OutcomeError `kube-not-running`
 */
export async function untilRunning(wait: RunningWait, report: (text: string) => void): Promise<void> {
  const { clock, signal } = wait;
  const over = new AbortController();
  const listening = anySignal(signal, over.signal);
  const seen: Seen = { status: 'waiting for its pod', pods: new Map() };
  const inner = { ...wait, signal: listening };
  try {
    await Promise.race([followPods(inner, seen, report), followDeployment(inner, seen), patience(inner, seen)]);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    over.abort();
  }

  async function patience(at: RunningWait, now: Seen): Promise<never> {
    await clock.sleep(PLACED_MS, at.signal);
    if (now.unplaced) throw await troubleOf(now.unplaced);
    await clock.sleep(RUNNING_MS - PLACED_MS, at.signal);
    throw new OutcomeError(`the pod of ${wait.name} does not run`, {
      code: 'kube-not-running',
      why: `last seen: ${now.status}`,
      next: hint`${shell`kubectl ${wait.kube.words} describe pods`}   tells more; ${again()}   goes on`,
    });
  }
}

interface Seen {
  status: string;
  readonly pods: Map<string, Pod>;
  /** What keeps it from a node just now. */
  unplaced?: TroubledPod | undefined;
}

async function followPods(wait: RunningWait, seen: Seen, report: (text: string) => void): Promise<void> {
  const { kube, name } = wait;
  for await (const pod of watchObjects<Pod>(kube, { kind: 'pods', ...wait })) {
    seen.pods.set(pod.metadata.name, pod);
    const all = [...seen.pods.values()];
    const judgement = judgePods(all);
    if (judgement.status !== seen.status) report(`pod ${judgement.status}`);
    seen.status = judgement.status;
    if (judgement.isRunning) return;
    await refuseTrouble(judgement, { kube, name, pod: newestOf(all)?.metadata.name }, seen);
  }
}

/** Where Kubernetes makes no pod, its deployment says why. */
async function followDeployment(wait: RunningWait, seen: Seen): Promise<never> {
  const { kube, name } = wait;
  for await (const deployment of watchObjects<Deployment>(kube, { kind: 'deployments', ...wait }))
    await refuseTrouble(judgePods([], deployment), { kube, name, pod: undefined }, seen);
  throw new Error('a watch ends only with who listens');
}

async function refuseTrouble({ trouble }: Judgement, of: Omit<TroubledPod, 'trouble'>, seen: Seen): Promise<void> {
  const troubled = trouble && { ...of, trouble };
  if (of.pod !== undefined) seen.unplaced = trouble?.kind === 'unschedulable' ? troubled : undefined;
  if (troubled === undefined) return;
  if (troubled.trouble.kind !== 'unschedulable' || (await isHopelessVolume(troubled))) throw await troubleOf(troubled);
}
