import { expect, onTestFinished, test } from 'vitest';
import type { BalancedListener } from '../../../../src/machines/balancers/balanced-listener.js';
import { watchHealth } from '../../../../src/machines/balancers/watch-health.js';

const listener = (ports: readonly number[], path = '/'): BalancedListener => ({
  ...{ id: 'vserver-1', addresses: ['127.64.0.1'], protocol: 'TCP', port: 80, rules: [], method: 'Roundrobin', idleMs: 0, sticks: false },
  monitor: { type: 'Path', domain: '', path },
  backends: ports.map((port) => ({ id: `backend-${port}`, ip: '10.1.1.10', port, weight: 1, isBackup: false })),
  ...{ routes: [], tls: { certificates: [] } },
});

test('what is new, and what is to be asked otherwise, is checked at once; what is known is not', async () => {
  const asked: string[] = [];
  const health = watchHealth(
    ({ addresses }) => addresses[0],
    ({ backend, monitor, localAddress }) => {
      asked.push(`${localAddress} ${backend.port}${monitor.path}`);
      return Promise.resolve(backend.port === 8080);
    },
  );
  onTestFinished(() => health.close());
  health.follow([listener([8080, 8081])]);
  expect(health.isWell('backend-8080')).toBeUndefined();
  await expect.poll(() => [8080, 8081].map((port) => health.isWell(`backend-${port}`))).toEqual([true, false]);
  health.follow([listener([8080, 8082])]);
  await expect.poll(() => health.isWell('backend-8082')).toBe(false);
  expect(health.isWell('backend-8081')).toBeUndefined();
  health.follow([listener([8080], '/healthy')]);
  await expect.poll(() => health.isWell('backend-8080')).toBe(true);
  expect(asked).toEqual(['127.64.0.1 8080/', '127.64.0.1 8081/', '127.64.0.1 8082/', '127.64.0.1 8080/healthy']);
  health.suspect('backend-8080');
  expect(asked).toHaveLength(5);
});
