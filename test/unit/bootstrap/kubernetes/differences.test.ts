import { expect, test } from 'vitest';
import { differenceLines, differencesOf, isChange } from '../../../../src/bootstrap/kubernetes/differences.js';
import type { KubeObject } from '../../../../src/bootstrap/kubernetes/kube-model.js';

const object = (kind: string, more: object, server: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'x', ...server },
  ...more,
});

test('what the server keeps for itself is no difference', () => {
  const before = object(
    'ConfigMap',
    { data: { A: '1' }, status: { ready: 1 } },
    { resourceVersion: '7', generation: 1, uid: 'u', managedFields: [{ time: 1 }] },
  );
  const after = object('ConfigMap', { data: { A: '1' }, status: { ready: 0 } }, { resourceVersion: '8', generation: 2, uid: 'u' });
  const differences = differencesOf([before], [after]);
  expect([differences.some(isChange), differenceLines(differences)]).toEqual([false, []]);
});

test('what comes, goes and changes is named by its path', () => {
  const before = object('Deployment', {
    spec: { replicas: 0, containers: [{ image: 'a:1', args: ['x'] }], paused: true, labels: { 'a.b/c': '1' } },
  });
  const after = object('Deployment', {
    spec: { replicas: 1, containers: [{ image: 'a:2', args: ['x', 'y'] }], labels: { 'a.b/c': '2' }, empty: {} },
  });
  const differences = differencesOf([before], [after, object('Secret', {})]);
  expect(differences.map(isChange)).toEqual([true, true]);
  expect(differenceLines(differences)).toEqual([
    '~ Deployment x',
    '    spec.replicas: 0 -> 1',
    '    spec.containers[0].image: "a:1" -> "a:2"',
    '    spec.paused: true -> none',
    '    spec.labels["a.b/c"]: "1" -> "2"',
    '    spec.containers[0].args[1]: none -> "y"',
    '    spec.empty: none -> {}',
    '+ Secret x',
  ]);
});
