import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { ensureClusterSecrets, GOSSIP } from '../../../../src/security/cluster-secrets.js';
import {
  chooseSuccessors,
  forgetPredecessors,
  keepSuccessor,
  predecessors,
  standingOfSuccessors,
  succeed,
  successors,
} from '../../../../src/security/rotation/successors.js';
import { secretOf } from '../../../helpers/secret-values.js';
import { createTestContext } from '../../../helpers/test-context.js';

async function scene() {
  const ctx = await createTestContext();
  const paths = ctx.paths.cluster('dev');
  const where = { paths, redact: ctx.redact };
  await ensureClusterSecrets(where, ['server-1']);
  const kept = async (): Promise<Record<string, string>> => JSON.parse(await readFile(paths.secrets, 'utf8')) as Record<string, string>;
  return { where, kept, before: await kept() };
}

const makers = (value: string) => ({ [GOSSIP.consul]: () => secretOf(value) });

it('are chosen once, whoever asks again, and change nothing until they succeed', async () => {
  const { where, kept, before } = await scene();
  expect(await standingOfSuccessors(where)).toBe('none');
  await chooseSuccessors(where, makers('first'));
  await chooseSuccessors(where, makers('second'));
  expect(await kept()).toEqual({ ...before, 'next:consulGossipKey': 'first' });
  expect(await standingOfSuccessors(where)).toBe('chosen');
  expect([...(await successors(where)).keys()]).toEqual(['consulGossipKey']);
});

it('take their places all at once, and what was before stays until it is forgotten', async () => {
  const { where, kept, before } = await scene();
  await chooseSuccessors(where, { ...makers('first'), [GOSSIP.nomad]: () => secretOf('another') });
  for (const _ of ['once', 'again after a kill']) {
    await succeed(where);
    expect(await kept()).toEqual({
      ...before,
      consulGossipKey: 'first',
      nomadGossipKey: 'another',
      'previous:consulGossipKey': before['consulGossipKey'],
      'previous:nomadGossipKey': before['nomadGossipKey'],
    });
    expect(await standingOfSuccessors(where)).toBe('taken');
  }
  expect([...(await predecessors(where)).keys()].sort()).toEqual(['consulGossipKey', 'nomadGossipKey']);
  for (const _ of ['once', 'again after a kill']) await forgetPredecessors(where);
  expect(await kept()).toEqual({ ...before, consulGossipKey: 'first', nomadGossipKey: 'another' });
  expect(await standingOfSuccessors(where)).toBe('none');
});

it('may be chosen by others', async () => {
  const { where, kept, before } = await scene();
  await keepSuccessor(where, 'nomadManagementToken', secretOf('of Nomad'));
  await succeed(where);
  expect(await kept()).toMatchObject({ nomadManagementToken: 'of Nomad', 'previous:nomadManagementToken': before['nomadManagementToken'] });
});
