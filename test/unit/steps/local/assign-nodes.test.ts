import { expect, test } from 'vitest';
import { markProfile } from '../../../../src/agents/profile/profile-mark.js';
import type { LocalContext } from '../../../../src/agents/local-subject.js';
import { assignNodesStep } from '../../../../src/steps/local/assign-nodes.js';
import { makeAuthority } from '../../../../src/targets/local/security-steps.js';
import { localOptions } from '../../../../src/agents/local-options.js';
import { resolveOptions, settled } from '../../../../src/options/resolve.js';
import { nomadctl } from '../../../../packages/base/src/hint/hint.js';
import { createTestContext } from '../../../helpers/test-context.js';

async function scene(): Promise<LocalContext> {
  const ctx = await createTestContext();
  const settings = settled(resolveOptions(localOptions, { flags: {}, env: {} }), localOptions, nomadctl`up`) as never;
  return { ...ctx, platform: 'linux', cluster: { name: 'dev', settings, paths: ctx.paths.cluster('dev') }, state: {} };
}

test('of a cluster that is new there is nothing yet, and no other profile', async () => {
  const at = await scene();
  expect(await assignNodesStep.isDone?.(at)).toEqual({ done: false, because: 'no addresses yet' });
  expect(await makeAuthority.isDone?.(at as never)).toEqual({ done: false, because: 'there are no keys yet' });
});

test('agents that were made with another profile are told with theirs', async () => {
  const at = await scene();
  await markProfile(at.cluster.paths.agents, 'poc');
  expect(await assignNodesStep.isDone?.(at)).toEqual({ done: false, because: 'the agents were made with profile poc' });
});
