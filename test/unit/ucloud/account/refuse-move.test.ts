import { describe, expect, it } from 'vitest';
import type { Context } from '../../../../src/context.js';
import { writeFileAtomic } from '../../../../packages/base/src/atomic-write.js';
import { rootOf } from '../../../../src/terraform/root.js';
import { refuseMove } from '../../../../src/ucloud/account/refuse-move.js';
import { createTestContext } from '../../../helpers/test-context.js';
import { thrown } from '../../../helpers/thrown.js';
import { hintLine } from '../../../helpers/hint-line.js';

const managed = { resources: [{ mode: 'managed', type: 'ucloud_vpc' }] };

async function laid(ctx: Context, state: unknown, name: 'network' | 'cluster' = 'network'): Promise<void> {
  const root = rootOf(ctx.paths.cluster('prod'), name);
  await writeFileAtomic(root.valuesFile, JSON.stringify({ project_id: 'org-1', region: 'cn-bj2' }));
  await writeFileAtomic(root.state, typeof state === 'string' ? state : JSON.stringify(state));
}

const moveTo = (ctx: Context, projectId: string, region: string) =>
  refuseMove({ name: 'prod', paths: ctx.paths.cluster('prod'), settings: { projectId, region } });

describe('a cluster that terraform has resources of', () => {
  it.each(['network', 'cluster'] as const)('stays where it is (%s)', async (root) => {
    const ctx = await createTestContext();
    await laid(ctx, managed, root);
    await moveTo(ctx, 'org-1', 'cn-bj2');
    const elsewhere = await thrown(() => moveTo(ctx, 'org-1', 'hk'));
    expect(elsewhere).toMatchObject({
      code: 'cluster-moved',
      message: 'cluster prod is in org-1, cn-bj2, and cannot move to org-1, hk',
      next: 'nomadctl config set projectId org-1 region cn-bj2 --cluster prod; to move it, first nomadctl down prod --wait-network',
    });
    expect(hintLine((await thrown(() => moveTo(ctx, 'org-2', 'cn-bj2'))).next)).toContain('config set projectId org-1');
  });
});

describe('a cluster that has nothing yet, or nothing any more', () => {
  it.each([
    ['an empty state', { resources: [] }],
    ['only what terraform looked up', { resources: [{ mode: 'data' }] }],
    ['a torn state', '{"resources": ['],
  ])('may go anywhere: %s', async (_, state) => {
    const ctx = await createTestContext();
    await moveTo(ctx, 'org-2', 'hk');
    await laid(ctx, state);
    await moveTo(ctx, 'org-2', 'hk');
  });
});
