import { expect, test } from 'vitest';
import { powerOff, powerOn } from '../../../../src/ucloud/hosts/host-power.js';
import { emulatedCloud } from '../../../helpers/emulated-cloud.js';
import { cloudTime, layHost, ourClient } from '../../../helpers/laid-cluster.js';
import { thrown } from '../../../helpers/thrown.js';

async function scene() {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const id = await layHost(cloud, { Name: 'prod-client-1' });
  cloud.clock.advance(60_000);
  const request = { id, name: 'client-1', clock: cloudTime(cloud), signal: new AbortController().signal };
  const state = async (): Promise<string> => (await cloud.ok('DescribeUHostInstance')).UHostSet[0].State;
  return { cloud, api: ourClient(cloud), request, state };
}

test('a host is off when the call returns, and on again after the other', async () => {
  const { api, request, state } = await scene();
  await powerOff(api, request);
  expect(await state()).toBe('Stopped');
  await powerOn(api, request);
  expect(await state()).toBe('Running');
});

test('a lost answer and a busy service make no difference', async () => {
  const { cloud, api, request, state } = await scene();
  cloud.faults.add({ action: 'PoweroffUHostInstance', effect: { kind: 'reset', when: 'after' }, count: 5 });
  cloud.faults.add({ action: 'StartUHostInstance', effect: { kind: 'ret-code', code: 153, message: 'slow down' }, count: 6 });
  await powerOff(api, request);
  await powerOn(api, request);
  expect(await state()).toBe('Running');
});

test('a host that is gone is named', async () => {
  const { api, request } = await scene();
  const error = await thrown(() => powerOff(api, { ...request, id: 'uhost-none' }));
  expect(error).toMatchObject({ code: 'host-state', message: 'host client-1 (uhost-none) is gone, not Stopped' });
});
