import { expect, it } from 'vitest';
import { foreignFlags } from '../../../src/config/foreign-flags.js';
import { loadCluster } from '../../../src/config/load-cluster.js';
import { count } from '../../../src/options/option.js';
import { sampleTarget } from '../../helpers/sample-target.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

const sample = sampleTarget();
const cloud = sampleTarget({
  id: 'cloud',
  options: { clients: count({ summary: 'clients', default: 3 }), 'disk.size': count({ summary: 'size', default: 1 }) },
});
const targets = [sample, cloud];

it('are those that only another target knows', () => {
  const flags = { clients: '2', servers: '3', plan: true, splitRoles: false };
  expect(foreignFlags(sample, { targets, flags })).toEqual([]);
  expect(foreignFlags(cloud, { targets, flags }).map(({ where, owner }) => [where, owner])).toEqual([
    ['--servers', 'sample'],
    ['--split-roles', 'sample'],
  ]);
  expect(foreignFlags(sample, { targets, flags: { diskSize: '4' } })).toMatchObject([{ where: '--disk-size', owner: 'cloud' }]);
});

it('are refused by whatever takes settings', async () => {
  const ctx = await createTestContext();
  const error = await thrown(() => loadCluster(ctx, { name: 'dev', targets, flags: { diskSize: '4' } }));
  expect(error.message).toBe('--disk-size: is a setting of target cloud, and the cluster lives on sample');
  expect((await loadCluster(ctx, { name: 'dev', targets, flags: { clients: '4' } })).cluster.settings).toMatchObject({ clients: 4 });
});
