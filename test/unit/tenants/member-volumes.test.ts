import { expect, it } from 'vitest';
import { systemClock } from '../../../packages/base/src/clock.js';
import type { ClusterConnection } from '../../../src/cluster/connection.js';
import { reach } from '../../../src/cluster/reach.js';
import { ensureVolumes } from '../../../src/tenants/member-volumes.js';
import { nodeDouble } from '../../helpers/agent-double.js';

const { signal } = new AbortController();

it('a volume is waited for until its client tells of it, and not of one of that name that was deleted', async () => {
  const server = await nodeDouble({ name: 'server-1', nomad: 'server' });
  const connection = { nomad: reach([server.node], {}).endpoint(server.node, 'nomad') } as unknown as ClusterConnection;
  const volume = { ID: 'new', Name: 'shop-redis-0', Namespace: 'shop', NodeID: 'client-1', State: 'ready', HostPath: '/volumes/new' };
  const told = (ID: string) => ({ ID: 'client-1', Name: 'client-1', HostVolumes: { 'shop-redis-0': { Name: 'shop-redis-0', ID } } });
  Object.assign(server.nomad, { '/v1/volumes': [volume], '/v1/volume/host/new': volume, '/v1/node/client-1': told('old') });
  let isDone = false;
  const ensuring = ensureVolumes(connection, { tenant: 'shop', job: 'redis', members: 1 }, { clock: systemClock, signal }).finally(
    () => (isDone = true),
  );
  await expect.poll(() => server.asked.filter((url) => url.startsWith('/v1/node/')).length).toBeGreaterThan(1);
  expect(isDone).toBe(false);
  server.nomad['/v1/node/client-1'] = told('new');
  expect(await ensuring).toEqual([{ name: 'shop-redis-0', id: 'new', path: '/volumes/new' }]);
});
