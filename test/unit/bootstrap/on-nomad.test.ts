import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refuseCarrier } from '../../../src/bootstrap/nomad/carried-by.js';
import { openOnNomad } from '../../../src/bootstrap/nomad/bootstrapper.js';
import type { PlaceRequest } from '../../../src/bootstrap/place.js';
import type { ClusterConnection } from '../../../src/cluster/connection.js';
import { reach } from '../../../src/cluster/reach.js';
import { nodeDouble, type NodeDouble } from '../../helpers/agent-double.js';
import { hintMatching } from '../../helpers/hint-line.js';
import { tempHome } from '../../helpers/temp-home.js';
import { createTestContext } from '../../helpers/test-context.js';

const name = 'nomadctl-bootstrap-prod';
const volume = { ID: 'v1', Name: name, Namespace: 'default', NodeID: 'n1', State: 'ready', HostPath: '/data/v1' };
const client = {
  ...{ ID: 'n1', Name: 'client-1', Status: 'ready', SchedulingEligibility: 'eligible', Drain: false, NodePool: 'default' },
  Attributes: { 'plugins.host_volume.mkdir.version': '1' },
  Drivers: { raw_exec: { Healthy: true } },
  HostVolumes: { [name]: { ID: 'v1' } },
};
const job = { ID: name, Stop: false, TaskGroups: [{ Tasks: [{ Name: 'bootstrapper', Driver: 'raw_exec' }] }] };

interface Given {
  readonly purpose?: PlaceRequest['purpose'];
  readonly flags?: Readonly<Record<string, string>>;
  /** Clients are computers of their own. */
  readonly isElsewhere?: boolean;
}

async function scene(answers: object = {}, { purpose = 'up', flags = {}, isElsewhere = false }: Given = {}) {
  const server = await nodeDouble({ name: 'server-1', nomad: 'server' });
  Object.assign(server.nomad, { '/v1/nodes': [client], '/v1/node/n1': client, '/v1/volumes': [], '/v1/volume/host/v1': volume }, answers);
  const connection = connectionTo(server, isElsewhere);
  const ctx = await createTestContext({ env: { PATH: await programs() } });
  const request = { cluster: 'prod', purpose, flag: (flag: string) => flags[flag], connect: async () => connection };
  return { server, ctx, connection, open: () => openOnNomad(request, ctx) };
}

function connectionTo({ node }: NodeDouble, isElsewhere = false): ClusterConnection {
  const nomad = reach([node], {}).endpoint(node, 'nomad');
  const nodes = { ...(isElsewhere ? {} : { path: '/usr/bin' }), stop: async () => {}, start: async () => {} };
  return { cluster: 'ops', nomad, consul: nomad, servers: { nomad: [nomad], consul: [nomad] }, nodes };
}

/** A PATH with programs by name, and no docker. */
async function programs(): Promise<string> {
  const folder = await tempHome();
  await writeFile(join(folder, 'terraform'), '#!/bin/sh\necho Terraform v1.11.4\n', { mode: 0o755 });
  await writeFile(join(folder, 'ssh'), '#!/bin/sh\n', { mode: 0o755 });
  return folder;
}

const none = (): void => {};

test('the volume is made first, on the client that is to have it, then the job beside it', async () => {
  const { server, open } = await scene({ 'PUT /v1/volume/host/create': { Volume: volume }, 'POST /v1/jobs': {} });
  const bootstrapper = await open();
  expect([await bootstrapper.find(), await bootstrapper.hasVolume(), await bootstrapper.isProvided()]).toEqual([undefined, false, true]);
  await bootstrapper.make(none);
  expect(server.changes).toEqual([expect.stringMatching(/^PUT .*host\/create/), expect.stringMatching(/^POST \/v1\/jobs/)]);
  expect(server.bodies).toMatchObject([{ Volume: { Name: name, NodeID: 'n1' } }, { Job: { ID: name } }]);
});

test('a volume that is there is used: Nomad would make a second one of its name', async () => {
  const { server, open } = await scene({ '/v1/volumes': [{ ...volume, ID: 'v2', NodeID: 'n2' }, volume] });
  await (await open()).make(none);
  expect(server.changes).toEqual([expect.stringMatching(/^POST \/v1\/jobs/)]);
});

test('a job that is made otherwise ends before the other begins: the volume never has two', async () => {
  const { server, open } = await scene({
    '/v1/volumes': [volume],
    [`/v1/job/${name}`]: job,
    [`/v1/job/${name}/allocations`]: [],
    [`POST /v1/job/${name}/plan`]: { Diff: { Type: 'Edited' } },
  });
  const bootstrapper = await open();
  expect(await bootstrapper.find()).toEqual({ isOver: false, isRunning: false, status: 'waiting for its client' });
  expect(await bootstrapper.isCurrent()).toBe(false);
  server.changes.length = 0;
  await bootstrapper.make(none);
  expect(server.changes.map((change) => change.replace(/\?.*/, ''))).toEqual([`DELETE /v1/job/${name}`, 'POST /v1/jobs']);
});

test('whoever destroys takes the job as it is, and asks no client', async () => {
  const { server, open } = await scene(
    { '/v1/volumes': [volume], [`/v1/job/${name}`]: job, [`/v1/job/${name}/allocations`]: [], '/v1/nodes': [] },
    { purpose: 'destroy' },
  );
  const bootstrapper = await open();
  expect(await bootstrapper.isCurrent()).toBe(true);
  expect(server.changes).toEqual([]);
});

test('an image that is given is not passed over for the driver of the job that is there', async () => {
  const { open } = await scene({ '/v1/volumes': [volume], [`/v1/job/${name}`]: job }, { flags: { image: 'x:1' } });
  await expect(open()).rejects.toMatchObject({ code: 'bootstrap-no-client', why: [expect.stringMatching(/no driver docker$/)] });
});

test('a job that was stopped is over', async () => {
  const { open } = await scene({ '/v1/volumes': [volume], [`/v1/job/${name}`]: { ...job, Stop: true } }, { purpose: 'look' });
  expect(await (await open()).find()).toMatchObject({ isOver: true, status: 'stopped' });
});

test.each([
  [{ isElsewhere: true }, 'bootstrap-needs-image', /bootstrap image.*--image/],
  [{ isElsewhere: true, flags: { driver: 'raw_exec' } }, 'flags-conflict', /--driver docker --image/],
  [{ flags: { driver: 'raw_exec', image: 'x:1' } }, 'flags-conflict', /same command|bootstrap/],
  [{ flags: { network: 'mine' } }, 'flags-conflict', /same command|bootstrap/],
  [{ flags: { image: 'x:1' } }, 'bootstrap-no-client', /same command|bootstrap/],
])('%j: %s', async (given, code, next) => {
  const { open } = await scene({}, given);
  await expect(open()).rejects.toMatchObject({ code, next: hintMatching(next) });
});

test('a cluster that carries bootstrappers is not taken down by the way', async () => {
  const { server, connection, ctx } = await scene({ '/v1/volumes': [volume, { ...volume, Name: 'shop-redis-0' }] });
  const paths = ctx.paths.cluster('ops');
  const refused = {
    code: 'bootstrap-lives-here',
    message: 'cluster ops carries the bootstrapper of prod',
    next: hintMatching(/bootstrap destroy prod --on nomad --management ops/),
  };
  const carrier = { cluster: 'ops', paths, connection };
  await expect(refuseCarrier(carrier, ctx.signal)).rejects.toMatchObject(refused);
  server.nomad['/v1/volumes'] = [{ ...volume, Name: 'shop-redis-0' }];
  await refuseCarrier(carrier, ctx.signal);
  // One that is silent comes down all the same...
  server.nomad['/v1/volumes'] = 500;
  await refuseCarrier(carrier, ctx.signal);
  // ... unless its folder tells.
  const folder = join(paths.agents, 'client-1/nomad/data/host_volumes/7');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'parcel.json'), JSON.stringify({ cluster: 'prod' }));
  await expect(refuseCarrier({ ...carrier, connection: undefined }, ctx.signal)).rejects.toMatchObject(refused);
});
