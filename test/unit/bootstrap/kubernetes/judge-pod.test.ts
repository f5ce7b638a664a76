import { expect, test } from 'vitest';
import { judgePods, newestOf } from '../../../../src/bootstrap/kubernetes/judge-pod.js';
import type { ContainerStatus, Deployment, Pod } from '../../../../src/bootstrap/kubernetes/kube-model.js';

const pod = (status: Pod['status'], metadata: Partial<Pod['metadata']> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
  ...(status ? { status } : {}),
});
const container = (state: ContainerStatus['state'], phase = 'Pending'): Pod =>
  pod({ phase, containerStatuses: [{ image: 'x:1', ...(state ? { state } : {}) }] });
const waiting = (reason: string, message = `${reason} it is`): Pod => container({ waiting: { reason, message } });

test.each([
  [container({ running: {} }, 'Running'), { status: 'running', isRunning: true }],
  [pod({ phase: 'Pending' }), { status: 'starting', isRunning: false }],
  [waiting('ContainerCreating'), { status: 'starting', isRunning: false }],
  [waiting('PodInitializing'), { status: 'PodInitializing', isRunning: false }],
  [container({ terminated: { exitCode: 137 } }, 'Running'), { status: 'restarting after exit code 137', isRunning: false }],
  [
    pod({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' }),
    { status: 'evicted: The node was low on resource: memory.', isRunning: false },
  ],
  [pod(undefined, { deletionTimestamp: '2026-01-01T00:00:01Z' }), { status: 'ending', isRunning: false }],
])('%#: $1.status', (one, judgement) => {
  expect(judgePods([one])).toEqual(judgement);
});

test.each([
  ['ErrImagePull', 'image'],
  ['ImagePullBackOff', 'image'],
  ['ErrImageNeverPull', 'image'],
  ['InvalidImageName', 'image'],
  ['CreateContainerConfigError', 'start'],
  ['RunContainerError', 'start'],
  ['CrashLoopBackOff', 'crash'],
])('a container that waits for %s is in trouble: %s', (reason, kind) => {
  expect(judgePods([waiting(reason)]).trouble).toEqual({ kind, image: 'x:1', message: `${reason} it is` });
});

test('a pod that no node takes says why', () => {
  const message = '0/1 nodes are available: 1 Insufficient memory.';
  const one = pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] });
  expect(judgePods([one])).toEqual({ status: 'unschedulable', isRunning: false, trouble: { kind: 'unschedulable', message } });
});

test('the newest pod that is to stay counts, and one that was evicted only while it has no successor', () => {
  const evicted = pod({ phase: 'Failed', reason: 'Evicted' }, { name: 'old' });
  const next = { ...container({ running: {} }), metadata: { name: 'new', creationTimestamp: '2026-01-01T00:00:00Z' } };
  const going = {
    ...container({ running: {} }),
    metadata: { name: 'going', creationTimestamp: '2026-01-01T00:09:00Z', deletionTimestamp: 'now' },
  };
  expect(newestOf([evicted, next, going])?.metadata.name).toBe('new');
  expect(judgePods([evicted, going]).status).toBe('evicted');
});

test('a deployment of which Kubernetes makes no pod says why', () => {
  const message = 'pods "x" is forbidden: violates PodSecurity "restricted:latest"';
  const deployment: Deployment = {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'x' } },
    status: { conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }] },
  };
  expect(judgePods([], deployment).trouble).toEqual({ kind: 'refused', message });
  expect(judgePods([]).trouble).toBeUndefined();
  expect(judgePods([]).status).toBe('waiting for its pod');
});
