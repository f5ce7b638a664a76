import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import type { EmulatedCloud } from '../../../../test/helpers/emulated-cloud.js';
import {
  canRunMachines,
  createHosts,
  encoded,
  hostsIn,
  instanceOf,
  machinesCloud,
  nothingLeft,
  ssh,
  terminate,
} from '../../../../test/helpers/machines-cloud.js';

const can = await canRunMachines();

interface Place {
  readonly VPCId: string;
  readonly SubnetId: string;
}

/** A VPC with one subnet, in a range that nobody else is likely to use. */
async function makeVpc(cloud: EmulatedCloud, Name: string): Promise<Place> {
  const network = `10.${randomInt(1, 255)}.${randomInt(0, 255)}.0`;
  const { VPCId } = await cloud.ok('CreateVPC', { Name, 'Network.0': `${network}/24` });
  const { SubnetId } = await cloud.ok('CreateSubnet', { VPCId, Subnet: network, Netmask: 24, SubnetName: Name });
  return { VPCId, SubnetId };
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 300 });
    const end = (result: boolean): void => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}

const rules = (...ports: readonly number[]): Record<string, string> =>
  Object.fromEntries(ports.map((port, index) => [`Rule.${index}`, `TCP|${port}|0.0.0.0/0|ACCEPT|HIGH`]));

test.skipIf(!can)('ten hosts: the password of the request, user data once, walls between VPCs, firewalls, and nothing left', async () => {
  const cloud = await machinesCloud({ timings: { addressLease: 0 } });
  const instance = await instanceOf(cloud);
  const { FWId } = await cloud.ok('CreateFirewall', { Name: 'ours', ...rules(22, 8080) });
  const places = [await makeVpc(cloud, 'one'), await makeVpc(cloud, 'other')];
  const UserData = encoded('#!/bin/sh\necho "ran on $(hostname)" >> /root/user-data\n');
  const created = await Promise.all(
    places.map((place, index) => createHosts(cloud, { ...place, MaxCount: 5, Name: `h${index}`, SecurityGroupId: FWId, UserData })),
  );
  const ids = created.flat();
  const hosts = await hostsIn(cloud, 'Running', ids);
  expect(new Set(hosts.map(({ eip }) => eip)).size).toBe(10);

  const ran = await Promise.all(hosts.map(({ eip }) => ssh(eip, 'cloud-init status --wait > /dev/null; cat /root/user-data')));
  const names = hosts.map(({ id }) =>
    created[0]?.includes(id) ? `h0-${created[0].indexOf(id) + 1}` : `h1-${created[1]!.indexOf(id) + 1}`,
  );
  expect(ran).toEqual(names.map((name) => `ran on ${name}\n`));

  const [a, b] = [created[0]?.[0], created[1]?.[0]].map((id) => hosts.find((host) => host.id === id)!) as [
    (typeof hosts)[0],
    (typeof hosts)[0],
  ];
  const neighbour = hosts.find(({ id }) => id === created[0]?.[1])!;
  const reaches = async (from: string, to: string): Promise<boolean> =>
    (await ssh(from, `timeout 2 bash -c ': < /dev/tcp/${to}/22' 2> /dev/null && echo yes || echo no`)) === 'yes\n';
  expect(await reaches(a.eip, neighbour.privateIp)).toBe(true);
  expect([await reaches(a.eip, b.privateIp), await reaches(b.eip, a.privateIp)]).toEqual([false, false]);
  const [one, other] = places as [Place, Place];
  await cloud.ok('CreateVPCIntercom', { VPCId: one.VPCId, DstVPCId: other.VPCId });
  await expect.poll(() => reaches(a.eip, b.privateIp), { timeout: 10_000 }).toBe(true);
  expect(await reaches(b.eip, a.privateIp)).toBe(true);
  await cloud.ok('DeleteVPCIntercom', { VPCId: one.VPCId, DstVPCId: other.VPCId });
  await expect.poll(() => reaches(a.eip, b.privateIp), { timeout: 10_000 }).toBe(false);

  await ssh(b.eip, 'systemd-run --unit web python3 -m http.server 8080');
  await expect.poll(() => answers(b.eip, 8080)).toBe(true);
  await cloud.ok('UpdateFirewall', { FWId, ...rules(22) });
  await expect.poll(() => answers(b.eip, 8080)).toBe(false);
  expect(await answers(b.eip, 22)).toBe(true);
  await cloud.ok('UpdateFirewall', { FWId, ...rules(22, 8080) });
  await expect.poll(() => answers(b.eip, 8080)).toBe(true);

  await terminate(cloud, ids);
  for (const { VPCId, SubnetId } of places) {
    await cloud.ok('DeleteSubnet', { SubnetId });
    await cloud.ok('DeleteVPC', { VPCId });
  }
  await nothingLeft(instance);
});
