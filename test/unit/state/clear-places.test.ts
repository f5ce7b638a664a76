import { expect, onTestFinished, test } from 'vitest';
import { writeFileAtomic } from '../../../packages/base/src/atomic-write.js';
import { clearPlaces } from '../../../src/state/clear-places.js';
import { migrateState } from '../../../src/state/migrate-state.js';
import { statePlaceOf } from '../../../src/config/state-options.js';
import { HERE } from '../../../src/state/state-owner.js';
import { recordPlace } from '../../../src/state/state-record.js';
import { startStateServer } from '../../helpers/state-server.js';
import { createTestContext } from '../../helpers/test-context.js';

const state = (names: readonly string[]): string =>
  JSON.stringify({
    ...{ version: 4, serial: 3, lineage: 'one', outputs: {} },
    resources: names.map((name) => ({ mode: 'managed', type: 'ucloud_vpc', name, instances: [{ attributes: { id: name } }] })),
  });

async function scene() {
  const server = await startStateServer();
  onTestFinished(() => server.end());
  const ctx = await createTestContext({ env: server.env });
  const paths = ctx.paths.cluster('prod');
  await writeFileAtomic(paths.file, 'version: 1\nname: prod\ntarget: local\n');
  const there = { name: 'prod', paths, place: statePlaceOf({ 'state.backend': 'http', 'state.address': server.url }) };
  return { server, ctx, kept: server.kept, there, here: { ...there, place: HERE } };
}

test('of a cluster that is gone nothing stays where its states are kept', async () => {
  const { ctx, kept, there } = await scene();
  for (const name of ['network', 'cluster', 'home', 'probe']) kept.set(`/nomadctl/prod/${name}`, state([]));
  kept.set('/nomadctl/prod-2/network', state([]));
  expect(await clearPlaces(ctx, there)).toEqual([]);
  expect([...kept.keys()]).toEqual(['/nomadctl/prod-2/network']);
});

test('nor where they have been, whose note stays until then', async () => {
  const { ctx, kept, there, here } = await scene();
  kept.set('/nomadctl/prod/jobs', state(['web']));
  await recordPlace(there, 'jobs', there.place);
  expect(await migrateState(ctx, here, 'jobs')).toMatchObject({ outcome: 'moved' });
  expect([...kept.keys()]).toEqual(['/nomadctl/prod/jobs']);
  expect(await clearPlaces(ctx, here)).toEqual([]);
  expect([...kept.keys()]).toEqual([]);
});

test('a state that holds something, or cannot be read, stays, and is told', async () => {
  const { ctx, kept, there } = await scene();
  kept.set('/nomadctl/prod/network', state(['a']));
  kept.set('/nomadctl/prod/cluster', '{"torn');
  kept.set('/nomadctl/prod/home', state([]));
  expect(await clearPlaces(ctx, there)).toEqual([
    expect.stringMatching(/^the state of the network in http.*still holds something, and stays$/),
    expect.stringMatching(/^the state of the cluster in http.*still holds something, and stays$/),
  ]);
  expect([...kept.keys()].sort()).toEqual(['/nomadctl/prod/cluster', '/nomadctl/prod/network']);
});

test('a place that does not answer is told, and ends nothing', async () => {
  const { ctx, server, there } = await scene();
  await server.end();
  expect(await clearPlaces(ctx, there)).toEqual([expect.stringMatching(/^what is kept .* could not be taken away: /)]);
});
