import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../packages/base/src/clock.js';
import { nothingExposed, portKey, type Exposed } from '../../../src/exposure/exposure.js';
import { refuseTakenPort } from '../../../src/exposure/refuse-taken-port.js';

const signal = new AbortController().signal;
const wanted = (listen: number, reach: 'here' | 'inner' = 'here') => ({ reach, listen, job: 'web', port: 'http' });

/** Somebody who listens on loopback. */
async function somebody(): Promise<{ port: number; end(): void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, end: () => server.close() };
}

function check(port: number, now: Exposed = nothingExposed, reach: 'here' | 'inner' = 'here'): Promise<void> {
  return refuseTakenPort({ wanted: wanted(port, reach), now, addresses: ['127.0.0.1'] }, { clock: systemClock, signal });
}

test('a port at which somebody listens is refused, and so is one that the ingress needs for itself', { timeout: 30_000 }, async () => {
  const { port } = await somebody();
  await expect(check(port)).rejects.toMatchObject({
    code: 'port-taken',
    exitCode: 2,
    message: `port http of job web cannot be exposed at port ${port}`,
    why: [`something else listens at 127.0.0.1:${port}`, 'nothing was changed'],
  });
  for (const own of [18_000, 18_001, 18_999]) await expect(check(own)).rejects.toMatchObject({ code: 'port-taken' });
});

test('one that its listener is just leaving is waited for', async () => {
  const { port, end } = await somebody();
  const checked = check(port);
  end();
  await expect(checked).resolves.toBeUndefined();
});

test('a port that is shared, and one of a load balancer, are not looked at', async () => {
  const { port } = await somebody();
  const other = { ...wanted(port), namespace: 'default', service: 'a', protocol: 'http' as const };
  await expect(check(port, { ...nothingExposed, exposures: [other] })).resolves.toBeUndefined();
  await expect(check(port, nothingExposed, 'inner')).resolves.toBeUndefined();
});

test('a port that was written down and is not served is looked at: somebody else may have it', { timeout: 30_000 }, async () => {
  const { port } = await somebody();
  const own = { ...wanted(port), namespace: 'default', service: 'a', protocol: 'http' as const };
  const now = { ...nothingExposed, exposures: [own], unserved: [portKey(own)] };
  await expect(check(port, now)).rejects.toMatchObject({ code: 'port-taken' });
});
