import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Clock } from '../../../../packages/base/src/clock.js';
import { reach } from '../../../../src/cluster/reach.js';
import { whileTokensHold } from '../../../../src/security/acl/await-known-tokens.js';
import { nodeDouble } from '../../../helpers/agent-double.js';
import { thrown } from '../../../helpers/thrown.js';

const { signal } = new AbortController();
const UNKNOWN = new Error('ACL token not found');

/** Each look takes a second of a clock that nobody waits for; after `seconds`, something happens. */
function secondsOf(seconds: number, then: () => void): Clock {
  let now = 0;
  return {
    now: () => now * 1000,
    async sleep() {
      now += 1;
      if (now === seconds) then();
      await setImmediate();
    },
  };
}

async function servers() {
  const { node, consul, nomad } = await nodeDouble({ name: 'server-1', consul: 'server', nomad: 'server' });
  consul['/v1/status/leader'] = '127.0.0.1:8300';
  consul['/v1/acl/token/self'] = { AccessorID: 'management' };
  nomad['/v1/status/leader'] = '127.0.0.1:4647';
  nomad['/v1/acl/token/self'] = UNKNOWN;
  return { cluster: reach([node], {}), nomad };
}

test('a token of Nomad that goes on being unknown ends the wait, before the time is over', async () => {
  const { cluster } = await servers();
  const clock = secondsOf(60, () => expect.fail('it waits on'));
  const error = await thrown(() =>
    whileTokensHold({ cluster, isFirstBeingMade: false }, { clock, signal, timeoutMs: 300_000 }, () => Promise.resolve()),
  );
  expect(error).toMatchObject({ code: 'token-unknown' });
});

test('one that is still being made may take its time on a busy computer', async () => {
  const { cluster, nomad } = await servers();
  const clock = secondsOf(60, () => (nomad['/v1/acl/token/self'] = { AccessorID: 'management' }));
  await whileTokensHold({ cluster, isFirstBeingMade: true }, { clock, signal, timeoutMs: 300_000 }, () => Promise.resolve());
  expect(clock.now()).toBeGreaterThanOrEqual(60_000);
});
