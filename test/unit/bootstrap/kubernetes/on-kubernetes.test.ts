import { expect, test } from 'vitest';
import { openOnKubernetes } from '../../../../src/bootstrap/kubernetes/bootstrapper.js';
import type { KubeObject } from '../../../../src/bootstrap/kubernetes/kube-model.js';
import { claimObject, namespaceObject, workloadObjects } from '../../../../src/bootstrap/kubernetes/objects.js';
import type { PlaceRequest } from '../../../../src/bootstrap/place.js';
import { hintMatching } from '../../../helpers/hint-line.js';
import { kubectlDouble, type KubectlAnswers } from '../../../helpers/kubectl-double.js';
import { createTestContext } from '../../../helpers/test-context.js';

const owner = { cluster: 'prod', namespace: 'nomadctl-prod', name: 'nomadctl-bootstrap-prod' };
const { name } = owner;
const image = 'registry.example.com/bootstrap:1';
const objects = workloadObjects(owner, { image, pullPolicy: 'IfNotPresent' });
const of = (kind: string): KubeObject => objects.find((one) => one.kind === kind) as KubeObject;
const claim = (more: object = {}): KubeObject => ({
  ...claimObject(owner, {}),
  spec: { ...(claimObject(owner, {})['spec'] as object), ...more },
});
const bound = claim({ volumeName: 'pv-1' });
const forbidden = (what: string): string =>
  `Error from server (Forbidden): ${what} is forbidden: User "me" cannot get resource "${what}" in API group "" in the namespace "nomadctl-prod"`;
const none = (): void => {};

async function scene(
  answers: KubectlAnswers = {},
  { purpose = 'up' as PlaceRequest['purpose'], flags = { image } as Record<string, string> } = {},
) {
  const { ctx, calls } = await kubectlDouble(answers);
  const request = {
    cluster: 'prod',
    purpose,
    flag: (flag: string) => flags[flag],
    connect: () => Promise.reject(new Error('no Nomad here')),
  };
  return {
    ctx,
    calls,
    open: () => openOnKubernetes(request, ctx),
    changes: () => calls.filter(({ words }) => /^(apply|delete|wait)/.test(words) && !words.includes('dry-run')),
  };
}

const kindsIn = (stdin: string | undefined): string[] =>
  (JSON.parse(stdin ?? '{}') as { items: KubeObject[] }).items.map(({ kind }) => kind);

test('without kubectl it says so', async () => {
  const ctx = await createTestContext({ env: { PATH: '' } });
  const request = { cluster: 'prod', purpose: 'look' as const, flag: () => undefined, connect: () => Promise.reject(new Error()) };
  await expect(openOnKubernetes(request, ctx)).rejects.toMatchObject({
    code: 'kubectl-missing',
    exitCode: 3,
    next: hintMatching(/--kubectl-bin/),
  });
});

test.each([
  [{}, 'bootstrap-needs-image', /bootstrap image.*--image/],
  [{ image, 'volume-size': '5 GB' }, 'quantity-wrong', /--volume-size 5Gi/],
])('%j: %s', async (flags, code, next) => {
  const { open } = await scene({}, { flags });
  await expect(open()).rejects.toMatchObject({ code, next: hintMatching(next) });
});

test('everything is applied by the server at once, the namespace first', async () => {
  const { open, changes } = await scene();
  const bootstrapper = await open();
  expect(bootstrapper).toMatchObject({ on: 'kubernetes', place: { context: 'tools', 'kube-namespace': 'nomadctl-prod' }, madeOf: image });
  expect([await bootstrapper.find(), await bootstrapper.hasVolume(), await bootstrapper.isProvided()]).toEqual([undefined, false, true]);
  await bootstrapper.make(none);
  expect(changes().map(({ words }) => words)).toEqual(['apply --server-side --force-conflicts --field-manager=nomadctl -f - -o name']);
  expect(kindsIn(changes()[0]?.stdin)).toEqual([
    'Namespace',
    'PersistentVolumeClaim',
    'ServiceAccount',
    'ConfigMap',
    'NetworkPolicy',
    'Deployment',
  ]);
});

test('what is delivered goes through the input alone', async () => {
  const { open, calls } = await scene();
  await (await open()).write('parcel.json', 'hunter2');
  const encoded = Buffer.from('hunter2').toString('base64');
  expect(calls.at(-1)?.stdin).toContain(encoded);
  expect(calls.map(({ words }) => words).join('\n')).not.toMatch(new RegExp(`hunter2|${encoded}`));
});

test.each([
  ['as it is', bound, {}, ['apply'], false],
  ['one that grows is asked of the server', bound, { 'volume-size': '9Gi' }, ['apply'], true],
  [
    'an empty one of another class is made anew',
    claim(),
    { 'storage-class': 'fast' },
    ['delete deployment', 'delete secret', 'delete persistentvolumeclaim', 'apply'],
    true,
  ],
  ['an empty one that is as asked for stays', claim({ storageClassName: 'fast' }), { 'storage-class': 'fast' }, ['apply'], true],
])('a volume that is there: %s', async (_, there, flags, done, isApplied) => {
  const { open, changes } = await scene(
    { 'get persistentvolumeclaim': there, 'get namespace': namespaceObject(owner) },
    { flags: { image, ...flags } },
  );
  await (await open()).make(none);
  expect(
    changes().map(({ words }) =>
      words
        .split(' ')
        .slice(0, words.startsWith('apply') ? 1 : 2)
        .join(' '),
    ),
  ).toEqual(done);
  expect(kindsIn(changes().at(-1)?.stdin).includes('PersistentVolumeClaim')).toBe(isApplied);
});

test("a namespace that is somebody else's, or may not be seen, is left as it is", async () => {
  for (const namespace of [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'theirs' } }, forbidden('namespaces')]) {
    const { open, changes } = await scene({ 'get namespace': namespace, 'get persistentvolumeclaim': bound });
    const bootstrapper = await open();
    await bootstrapper.make(none);
    expect(kindsIn(changes().at(-1)?.stdin)).not.toContain('Namespace');
    await bootstrapper.removeVolume();
    expect(
      changes()
        .slice(-2)
        .map(({ words }) => words),
    ).toEqual([
      expect.stringMatching(/^delete networkpolicy,serviceaccount,configmap/),
      expect.stringMatching(/^delete persistentvolumeclaim/),
    ]);
  }
});

test('a namespace of ours goes with the volume, unless somebody has put something in it', async () => {
  const there = {
    'get namespace': namespaceObject(owner),
    'get persistentvolumeclaim': bound,
  };
  const alone = await scene(there);
  await (await alone.open()).removeVolume();
  expect(alone.changes().map(({ words }) => words)).toEqual([expect.stringMatching(/^delete namespace nomadctl-prod/)]);
  const shared = await scene({ ...there, 'get deployments,statefulsets': forbidden('deployments') });
  await (await shared.open()).removeVolume();
  expect(shared.changes().map(({ words }) => words.split(' ')[1])).toEqual([
    'networkpolicy,serviceaccount,configmap',
    'persistentvolumeclaim',
  ]);
});

test('a disk that is retained is told, with what removes it', async () => {
  const volume = (metadata: object, namespace: string, policy = 'Retain') => ({
    ...{ kind: 'PersistentVolume', metadata },
    spec: { persistentVolumeReclaimPolicy: policy, claimRef: { namespace, name } },
  });
  const items = [
    volume({ name: 'pv-1' }, owner.namespace),
    volume({ name: 'pv-2' }, 'other'),
    volume({ name: 'pv-3' }, owner.namespace, 'Delete'),
  ];
  const { open } = await scene({ 'get persistentvolumes': { items } }, { purpose: 'destroy' });
  expect(await (await open()).left?.()).toEqual({
    what: expect.stringMatching(/^PersistentVolume pv-1, which/) as string,
    remove: hintMatching(/^kubectl --context tools delete persistentvolume pv-1$/),
  });
  expect(await (await (await scene({ 'get persistentvolumes': forbidden('persistentvolumes') })).open()).left?.()).toBeUndefined();
});

test('a namespace that is on its way out is waited for', async () => {
  const ending = { ...namespaceObject(owner), metadata: { ...namespaceObject(owner).metadata, deletionTimestamp: 'now' } };
  const { open, changes } = await scene({ 'get namespace': ending, 'get persistentvolumeclaim': bound });
  await (await open()).make(none);
  expect(changes().map(({ words }) => words.split(' ')[0])).toEqual(['wait', 'apply']);
  expect(kindsIn(changes()[1]?.stdin).slice(0, 2)).toEqual(['Namespace', 'PersistentVolumeClaim']);
});

test('who destroys takes the deployment as it is, or makes it as it was, and asks for no image where nothing is left', async () => {
  const flags = {};
  const kept = await (await scene({ 'get deployment ': of('Deployment') }, { purpose: 'destroy', flags })).open();
  expect([kept.madeOf, await kept.isCurrent()]).toEqual(['as it is', true]);
  const again = { 'get configmap': of('ConfigMap'), 'get persistentvolumeclaim': bound };
  expect((await (await scene(again, { purpose: 'destroy', flags })).open()).madeOf).toBe(image);
  const stopped = { ...again, 'get deployment ': { ...of('Deployment'), spec: { replicas: 0 } } };
  expect((await (await scene(stopped, { purpose: 'destroy', flags })).open()).madeOf).toBe(image);
  await (await scene({}, { purpose: 'destroy', flags })).open();
  await expect((await scene({ 'get persistentvolumeclaim': bound }, { purpose: 'destroy', flags })).open()).rejects.toMatchObject({
    code: 'bootstrap-needs-image',
  });
});

test('it is current when the server would change nothing', async () => {
  const items = [namespaceObject(owner), ...objects];
  const there = { 'get namespace': namespaceObject(owner), 'get persistentvolumeclaim': bound, 'get --ignore-not-found': { items } };
  const same = await (await scene({ ...there, apply: { items } })).open();
  expect([await same.isCurrent(), await same.changes?.()]).toEqual([true, []]);
  const other = items.map((one) => (one.kind === 'ServiceAccount' ? { ...one, automountServiceAccountToken: true } : one));
  const changed = await (await scene({ ...there, apply: { items: other } })).open();
  expect([await changed.isCurrent(), await changed.changes?.()]).toEqual([
    false,
    [`~ ServiceAccount ${name}`, '    automountServiceAccountToken: false -> true'],
  ]);
});

test('objects of a namespace that is not there yet are tried in another one', async () => {
  const { open, calls } = await scene({ apply: { items: [] } });
  await (await open()).changes?.();
  const tried = calls.filter(({ words }) => words.includes('--dry-run=server'));
  expect(
    tried.map(({ stdin }) => new Set((JSON.parse(stdin ?? '') as { items: KubeObject[] }).items.map(({ metadata }) => metadata.namespace))),
  ).toEqual([new Set([undefined]), new Set(['default'])]);
  expect(tried[1]?.words).toContain('--namespace default');
});

test.each([
  ['command terminated with exit code 1', {}],
  ['error: unable to upgrade connection: container not found ("bootstrapper")', { isUnseen: true }],
  ['Error from server (NotFound): deployments.apps "nomadctl-bootstrap-prod" not found', { isUnseen: true }],
])('a file that cannot be read: %s', async (said, file) => {
  const { open } = await scene({ exec: said }, { purpose: 'look' });
  expect(await (await open()).read('bootstrap/journal.json')).toEqual(file);
});

test('a file is read to its last line end', async () => {
  const { ctx, open } = await scene({}, { purpose: 'look' });
  const { run } = ctx.exec;
  const shown = { exitCode: 0, stdout: 'text\n.', stderr: '' };
  Object.assign(ctx.exec, { run: async (...call: Parameters<typeof run>) => (call[1].includes('exec') ? shown : run(...call)) });
  expect(await (await open()).read('parcel.json')).toEqual({ text: 'text\n' });
});

test('who may not run programs in pods is told so', async () => {
  const said =
    'Error from server (Forbidden): pods "x" is forbidden: User "me" cannot create resource "pods/exec" in API group "" in the namespace "nomadctl-prod"';
  const { open } = await scene({ exec: said }, { purpose: 'look' });
  await expect((await open()).read('x')).rejects.toMatchObject({
    code: 'kube-forbidden',
    message: 'user me may not create pods/exec in namespace nomadctl-prod of Kubernetes',
    next: hintMatching(/auth can-i --list/),
  });
});

test('how it is comes from deployment and pods', async () => {
  const pod = {
    kind: 'Pod',
    metadata: { name: 'p' },
    status: { phase: 'Running', containerStatuses: [{ image, state: { running: {} } }] },
  };
  const found = async (...items: object[]) =>
    (await (await scene({ 'get deployments,pods': { items } }, { purpose: 'look' })).open()).find();
  expect(await found(of('Deployment'), pod)).toEqual({ status: 'running', isRunning: true, isOver: false });
  expect(await found({ ...of('Deployment'), spec: { replicas: 0 } })).toEqual({ status: 'scaled to 0', isRunning: false, isOver: true });
  expect(await found(pod)).toBeUndefined();
});

test('pods whose node does not say that they have ended are told', async () => {
  const { open } = await scene({ 'delete deployment': 'error: timed out waiting for the condition on deployments/x' });
  await expect((await open()).remove()).rejects.toMatchObject({ code: 'kube-runs-on', next: hintMatching(/get pods -o wide/) });
});
