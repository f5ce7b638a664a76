import { expect, test } from 'vitest';
import { openKubectl } from '../../../../src/bootstrap/kubernetes/kubectl.js';
import { untilRunning } from '../../../../src/bootstrap/kubernetes/until-running.js';
import { objectsIn } from '../../../../src/bootstrap/kubernetes/watch-objects.js';
import { hintMatching } from '../../../helpers/hint-line.js';
import { kubectlDouble, type KubectlAnswers } from '../../../helpers/kubectl-double.js';
import { thrown } from '../../../helpers/thrown.js';

const pod = (status: object): object => ({ kind: 'Pod', metadata: { name: 'p-1', creationTimestamp: '2026-01-01T00:00:00Z' }, status });
const waiting = (reason: string, message: string): object =>
  pod({ phase: 'Pending', containerStatuses: [{ image: 'x:1', state: { waiting: { reason, message } } }] });
const running = pod({ phase: 'Running', containerStatuses: [{ image: 'x:1', state: { running: {} } }] });
const unplaced = (message: string): object =>
  pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] });
const unbound = unplaced('0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.');

/** @param patience whether time passes: nothing else happens then */
async function wait(
  watched: Record<string, readonly object[]>,
  { answers = {}, patience = false }: { answers?: KubectlAnswers; patience?: boolean } = {},
) {
  const clock = {
    now: () => 0,
    sleep: (_: number, signal?: AbortSignal) =>
      patience
        ? new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)))
        : new Promise<void>((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error))),
  };
  const { ctx, calls } = await kubectlDouble(answers, { watched, overrides: { clock } });
  const kube = await openKubectl(ctx, { context: undefined, namespace: 'nomadctl-prod' });
  const said: string[] = [];
  const done = untilRunning({ kube, name: 'boot', selector: 'a=b', clock, signal: ctx.signal }, (text) => void said.push(text));
  return { done, said, calls };
}

test('a pod is followed until it runs', async () => {
  const { done, said } = await wait({ pods: [pod({ phase: 'Pending' }), waiting('ContainerCreating', ''), running] });
  await done;
  expect(said).toEqual(['pod starting', 'pod running']);
});

test.each([
  [waiting('ErrImagePull', 'failed to resolve x:1'), 'kube-image', 'the nodes cannot have image x:1', /--image/],
  [
    waiting('CreateContainerConfigError', 'configmap "boot" not found'),
    'kube-start',
    'a container of image x:1 does not start',
    /describe pod\/p-1/,
  ],
])('%#: %s', async (one, code, message, next) => {
  const { done } = await wait({ pods: [one] });
  await expect(done).rejects.toMatchObject({ code, message, next: hintMatching(next) });
});

test('one that ends again and again is told with its last words', async () => {
  const { done } = await wait({ pods: [waiting('CrashLoopBackOff', 'back-off')] }, { answers: { logs: {} } });
  expect(await thrown(() => done)).toMatchObject({ code: 'kube-crash', why: ['back-off'] });
});

test('a deployment of which no pod is made says why', async () => {
  const refused = {
    kind: 'Deployment',
    metadata: { name: 'boot' },
    status: { conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota: none' }] },
  };
  const { done } = await wait({ deployments: [refused] });
  await expect(done).rejects.toMatchObject({ code: 'kube-pod-refused', why: ['exceeded quota: none'] });
});

const claimOf = (spec: object): object => ({ kind: 'PersistentVolumeClaim', metadata: { name: 'boot' }, spec });

test('a volume that nothing will ever make is told at once', async () => {
  const answers = {
    'get persistentvolumeclaim': claimOf({}),
    wait: 'error: timed out waiting for the condition on persistentvolumeclaims/boot',
    'get events': {
      items: [{ reason: 'FailedBinding', message: 'no persistent volumes available for this claim and no storage class is set' }],
    },
  };
  const { done } = await wait({ pods: [unbound] }, { answers });
  await expect(done).rejects.toMatchObject({
    code: 'kube-volume-pending',
    why: ['no storage class was named, and this Kubernetes has no default one', expect.stringMatching(/^FailedBinding: no persistent/)],
    next: hintMatching(/get storageclass.*--storage-class/),
  });
});

test('a volume that a class is making is waited for', async () => {
  const { done } = await wait(
    { pods: [unbound, running] },
    { answers: { 'get persistentvolumeclaim': claimOf({ storageClassName: 'fast' }) } },
  );
  await done;
});

test.each([
  [unplaced('0/1 nodes are available: 1 Insufficient memory.'), {}, 'kube-unschedulable', /Insufficient memory/],
  [
    unbound,
    { 'get persistentvolumeclaim': claimOf({ storageClassName: 'fast' }) },
    'kube-volume-pending',
    /storage class fast has not made it/,
  ],
  [pod({ phase: 'Pending' }), {}, 'kube-not-running', /last seen: starting/],
])('what stays so is told when patience ends: %#', async (one, answers, code, why) => {
  const { done } = await wait({ pods: [one] }, { answers, patience: true });
  await expect(done).rejects.toMatchObject({ code, why: [expect.stringMatching(why)] });
});

test('objects are read as they are written, one after the other', async () => {
  const lines = JSON.stringify({ a: { b: {} } }, null, 4)
    .split('\n')
    .concat(JSON.stringify({ c: 1 }, null, 4).split('\n'), ['{', '  "half']);
  const all = [];
  for await (const one of objectsIn(async () => lines.shift())) all.push(one);
  expect(all).toEqual([{ a: { b: {} } }, { c: 1 }]);
});
