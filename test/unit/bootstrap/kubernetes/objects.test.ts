import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  claimObject,
  deliveryObject,
  isOurs,
  namespaceObject,
  podFactsIn,
  selectorWords,
  workloadObjects,
} from '../../../../src/bootstrap/kubernetes/objects.js';
import type { KubeObject } from '../../../../src/bootstrap/kubernetes/kube-model.js';

const golden = fileURLToPath(new URL('../../../golden/bootstrap', import.meta.url));
const owner = { cluster: 'prod', namespace: 'nomadctl-prod', name: 'nomadctl-bootstrap-prod' };
const pod = { image: 'registry.example.com/nomadctl-bootstrap:1', pullPolicy: 'IfNotPresent' } as const;
const byKind = (objects: readonly KubeObject[], kind: string) => objects.find((one) => one.kind === kind);

test('the objects of a bootstrapper are what they were', async () => {
  const objects = [namespaceObject(owner), claimObject(owner, {}), ...workloadObjects(owner, pod), deliveryObject(owner, '{}\n')];
  await expect(`${JSON.stringify(objects, null, 2)}\n`).toMatchFileSnapshot(join(golden, 'kubernetes.json'));
});

test('a volume is of the class that was named, of a hand-made one, or of the default', () => {
  const specs = [{ storageClass: 'fast', size: '9Gi' }, { storageClass: '' }, {}].map((facts) => claimObject(owner, facts)['spec']);
  expect(specs).toMatchObject([{ storageClassName: 'fast', resources: { requests: { storage: '9Gi' } } }, { storageClassName: '' }, {}]);
  expect(specs[2]).not.toHaveProperty('storageClassName');
});

test('what was delivered is in the secret alone', () => {
  const secret = 'hunter2';
  const delivery = deliveryObject(owner, secret);
  expect(delivery['data']).toEqual({ 'parcel.json': Buffer.from(secret).toString('base64') });
  expect(JSON.stringify(workloadObjects(owner, pod))).not.toContain(secret);
});

test('how the pod was made is read from what outlives it', () => {
  for (const facts of [pod, { ...pod, pullPolicy: 'Never', pullSecret: 'registry' } as const])
    expect(podFactsIn(byKind(workloadObjects(owner, facts), 'ConfigMap'))).toEqual({ pullSecret: undefined, ...facts });
  expect([podFactsIn(undefined), podFactsIn(claimObject(owner, {}))]).toEqual([undefined, undefined]);
});

test('pods of another cluster in the same namespace are told apart', () => {
  expect(selectorWords(owner)).toBe('app.kubernetes.io/name=nomadctl-bootstrap,app.kubernetes.io/instance=prod');
  const namespace = namespaceObject(owner);
  expect([isOurs(namespace, owner), isOurs(namespace, { cluster: 'test' })]).toEqual([true, false]);
  expect(isOurs({ ...namespace, metadata: { name: 'nomadctl-prod' } }, owner)).toBe(false);
});
