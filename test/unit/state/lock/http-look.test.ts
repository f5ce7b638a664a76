import { expect, onTestFinished, test } from 'vitest';
import { statePlaceOf } from '../../../../src/config/state-options.js';
import { openBackend } from '../../../../src/state/backend/open-backend.js';
import { runLockHolder, takeRunLock } from '../../../../src/state/lock/run-lock.js';
import { runOwner } from '../../../../src/state/lock/run-owner.js';
import { deadOwner } from '../../../helpers/state-desk.js';
import { startStateServer } from '../../../helpers/state-server.js';
import { createTestContext } from '../../../helpers/test-context.js';

/* An HTTP server tells who has a lock only to who asks for it: who looks holds it for a moment. */

const LOOK = 'nomadctl looks who holds it';

async function scene() {
  const server = await startStateServer();
  onTestFinished(() => server.end());
  const ctx = await createTestContext({ env: server.env });
  const place = statePlaceOf({ 'state.backend': 'http', 'state.address': server.url });
  const owner = { name: 'prod', paths: ctx.paths.cluster('prod'), place };
  const lookOf = (who: object): string =>
    JSON.stringify({ ID: 'look-1', Operation: LOOK, Who: 'ann@desk', Created: '', Info: JSON.stringify(who) });
  return { server, ctx, owner, lookOf };
}

test('what somebody left who was killed over his look is no lock, neither of terraform nor of a run', async () => {
  const { server, ctx, owner, lookOf } = await scene();
  const dead = lookOf({ ...runOwner({ command: LOOK, run: '', since: 1 }), ...(await deadOwner()) });
  for (const path of ['/nomadctl/prod/network', '/nomadctl/prod/run']) server.locks.set(path, dead);
  expect(await openBackend(ctx, owner, 'network')?.lockHolder()).toBeUndefined();
  expect(await runLockHolder(ctx, owner)).toBeUndefined();
  server.locks.set('/nomadctl/prod/run', dead);
  const lock = await takeRunLock(ctx, owner, { command: 'nomadctl up', run: 'run-1' });
  expect((await runLockHolder(ctx, owner))?.owner).toMatchObject({ run: 'run-1' });
  await lock?.release();
  expect([...server.locks]).toEqual([]);
});

test('who looks at the same time is waited for', async () => {
  const { server, ctx, owner, lookOf } = await scene();
  server.locks.set('/nomadctl/prod/network', lookOf(runOwner({ command: LOOK, run: '', since: 1 })));
  const looking = openBackend(ctx, owner, 'network')?.lockHolder();
  setTimeout(() => server.locks.delete('/nomadctl/prod/network'), 150);
  expect(await looking).toBeUndefined();
});

test('one of a computer that nobody can look at stays, and is told', async () => {
  const { server, ctx, owner, lookOf } = await scene();
  server.locks.set('/nomadctl/prod/network', lookOf({ ...runOwner({ command: LOOK, run: '', since: 1 }), host: 'elsewhere' }));
  expect(await openBackend(ctx, owner, 'network')?.lockHolder()).toMatchObject({ id: 'look-1', operation: LOOK });
});
