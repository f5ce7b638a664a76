import { expect, test } from 'vitest';
import { canRunMachines, createHosts, encoded, hostsIn, machinesCloud, ssh } from '../helpers/machines-cloud.js';

const can = canRunMachines();

test.skipIf(!can)('a host takes the password of the request, has its name, and runs its user data once', async () => {
  const cloud = await machinesCloud();
  const UserData = encoded('#!/bin/sh\necho ran >> /root/user-data\n');
  const [id = ''] = await createHosts(cloud, { Name: 'first', UserData });
  const [host] = await hostsIn(cloud, 'Running', [id]);
  const wait = 'until [ -s /root/user-data ]; do sleep 0.2; done; cat /root/user-data; hostname; id -un';
  expect((await ssh(host?.eip ?? '', wait)).split('\n')).toEqual(['ran', 'first', 'root', '']);
  await cloud.ok('RebootUHostInstance', { UHostId: id });
  await hostsIn(cloud, 'Running', [id]);
  expect(await ssh(host?.eip ?? '', 'cloud-init status --wait >/dev/null; cat /root/user-data')).toBe('ran\n');
  await cloud.ok('PoweroffUHostInstance', { UHostId: id });
  await hostsIn(cloud, 'Stopped', [id]);
  await cloud.ok('TerminateUHostInstance', { UHostId: id });
});
