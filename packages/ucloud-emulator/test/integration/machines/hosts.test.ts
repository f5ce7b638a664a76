import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  canRunMachines,
  containerOf,
  createHosts,
  encoded,
  execIn,
  hostsIn,
  inspectContainer,
  leftovers,
  instanceOf,
  machinesCloud,
  nothingLeft,
  removeContainer,
  ssh,
  terminate,
} from '../../../../../test/helpers/machines-cloud.js';
import { tempHome } from '../../../../../test/helpers/temp-home.js';

const can = await canRunMachines();

test.skipIf(!can)('a host takes the password of the request, has its name, and runs its user data once', async () => {
  const cloud = await machinesCloud();
  const UserData = encoded('#!/bin/sh\necho ran >> /root/user-data\n');
  const ids = await createHosts(cloud, { Name: 'first', UserData });
  const [host] = await hostsIn(cloud, 'Running', ids);
  const address = host?.eip ?? '';
  const ran = 'cloud-init status --wait > /dev/null; cat /root/user-data';
  expect((await ssh(address, `${ran}; hostname; id -un; systemctl is-system-running --wait`)).split('\n')).toEqual([
    'ran',
    'first',
    'root',
    'running',
    '',
  ]);
  await expect(ssh(address, 'true', { password: 'Another-12' })).rejects.toThrow('Permission denied');

  await cloud.ok('RebootUHostInstance', { UHostId: ids[0] ?? '' });
  await hostsIn(cloud, 'Running', ids);
  expect(await ssh(address, ran)).toBe('ran\n');

  const instance = await instanceOf(cloud);
  await terminate(cloud, ids);
  await nothingLeft(instance);
});

test.skipIf(!can)('apt works in a host, and what it installs outlives stop and start', async () => {
  const cloud = await machinesCloud();
  const ids = await createHosts(cloud);
  const [host] = await hostsIn(cloud, 'Running', ids);
  const address = host?.eip ?? '';
  await ssh(address, 'apt-get -q update && apt-get -q -y install --no-install-recommends jq');
  await ssh(address, 'sync; echo kept > /root/kept');
  await cloud.ok('StopUHostInstance', { UHostId: ids[0] ?? '' });
  await hostsIn(cloud, 'Stopped', ids);
  await expect(ssh(address, 'true')).rejects.toThrow();
  await cloud.ok('StartUHostInstance', { UHostId: ids[0] ?? '' });
  expect(await hostsIn(cloud, 'Running', ids)).toEqual([host]);
  expect(await ssh(address, 'cat /root/kept; echo 1 | jq .+1')).toBe('kept\n2\n');
});

test.skipIf(!can)('a key pair lets root in, and no password does', async () => {
  const cloud = await machinesCloud();
  const home = await tempHome();
  const { KeyPair } = await cloud.ok('CreateUHostKeyPair', { KeyPairName: 'ours' });
  const keyFile = join(home, 'key');
  await writeFile(keyFile, KeyPair.PrivateKeyBody, { mode: 0o600 });
  const ids = await createHosts(cloud, { LoginMode: 'KeyPair', KeyPairId: KeyPair.KeyPairId });
  const [host] = await hostsIn(cloud, 'Running', ids);
  expect(await ssh(host?.eip ?? '', 'id -un', { keyFile })).toBe('root\n');
  await expect(ssh(host?.eip ?? '', 'true')).rejects.toThrow('Permission denied');
});

test.skipIf(!can)('a new password holds after the next start, one that was changed inside stays, and a key takes its place', async () => {
  const cloud = await machinesCloud();
  const ids = await createHosts(cloud);
  const [host] = await hostsIn(cloud, 'Running', ids);
  const [UHostId, address] = [ids[0] ?? '', host?.eip ?? ''];
  const restart = async (between: () => Promise<unknown>): Promise<void> => {
    await cloud.ok('StopUHostInstance', { UHostId });
    await hostsIn(cloud, 'Stopped', ids);
    await between();
    await cloud.ok('StartUHostInstance', { UHostId });
    await hostsIn(cloud, 'Running', ids);
  };
  await restart(() => cloud.ok('ResetUHostInstancePassword', { UHostId, Password: encoded('Changed-34') }));
  expect(await ssh(address, 'id -un', { password: 'Changed-34' })).toBe('root\n');
  await ssh(address, "echo 'root:Inside-56' | chpasswd", { password: 'Changed-34' });
  await restart(async () => undefined);
  expect(await ssh(address, 'id -un', { password: 'Inside-56' })).toBe('root\n');

  const { KeyPair } = await cloud.ok('CreateUHostKeyPair', { KeyPairName: 'ours' });
  const keyFile = join(await tempHome(), 'key');
  await writeFile(keyFile, KeyPair.PrivateKeyBody, { mode: 0o600 });
  await restart(() => cloud.ok('ResetUHostInstancePassword', { UHostId, LoginMode: 'KeyPair', KeyPairId: KeyPair.KeyPairId }));
  expect(await ssh(address, 'id -un', { keyFile })).toBe('root\n');
  await expect(ssh(address, 'true', { password: 'Inside-56' })).rejects.toThrow('Permission denied');
});

test.skipIf(!can)('reinstalling gives a fresh disk, another password, and runs the user data again', async () => {
  const cloud = await machinesCloud();
  const ids = await createHosts(cloud, { UserData: encoded('#!/bin/sh\necho ran >> /root/user-data\n') });
  const [host] = await hostsIn(cloud, 'Running', ids);
  const [UHostId, address] = [ids[0] ?? '', host?.eip ?? ''];
  const keyBefore = await ssh(address, 'touch /root/mine; cat /etc/ssh/ssh_host_ed25519_key.pub');
  await cloud.ok('PoweroffUHostInstance', { UHostId });
  await hostsIn(cloud, 'Stopped', ids);
  await cloud.ok('ReinstallUHostInstance', { UHostId, Password: encoded('Changed-34') });
  expect(await hostsIn(cloud, 'Running', ids)).toEqual([host]);
  const after = await ssh(
    address,
    'cloud-init status --wait > /dev/null; ls /root; cat /root/user-data /etc/ssh/ssh_host_ed25519_key.pub',
    {
      password: 'Changed-34',
    },
  );
  expect(after.split('\n').slice(0, 2)).toEqual(['user-data', 'ran']);
  expect(after).not.toContain(keyBefore.trim());
});

test.skipIf(!can)('a host that shuts itself down is stopped, and one that restarts itself comes back', async () => {
  const cloud = await machinesCloud();
  const ids = await createHosts(cloud);
  const [host] = await hostsIn(cloud, 'Running', ids);
  const boot = async (): Promise<string> => ssh(host?.eip ?? '', 'cut -d" " -f22 /proc/1/stat');
  const before = await boot();
  await ssh(host?.eip ?? '', 'systemd-run --on-active=0.1 systemctl reboot');
  await expect.poll(async () => boot().catch(() => before), { timeout: 20_000 }).not.toBe(before);
  await hostsIn(cloud, 'Running', ids);
  await ssh(host?.eip ?? '', 'systemd-run --on-active=0.1 systemctl poweroff');
  await hostsIn(cloud, 'Stopped', ids);
  await cloud.ok('StartUHostInstance', { UHostId: ids[0] ?? '' });
  await hostsIn(cloud, 'Running', ids);
});

test.skipIf(!can)('a host whose container is gone is stopped, and the reason can be read', async () => {
  const cloud = await machinesCloud();
  const ids = await createHosts(cloud);
  await hostsIn(cloud, 'Running', ids);
  await removeContainer(await containerOf(cloud, ids[0] ?? ''));
  await hostsIn(cloud, 'Stopped', ids);
  const problem = async (): Promise<string> => (await cloud.control('GET', '/machines')).body.problems[ids[0] ?? ''];
  await expect.poll(problem, { timeout: 10_000 }).toBe('its container is gone');
  const [record] = (await cloud.control('GET', '/resources/host')).body.resources;
  expect(record.machine).toEqual({ installs: 1, cutPower: false, publicKey: '', failure: 'its container is gone' });
});

test.skipIf(!can)('no password of a request is in the clear anywhere in the folder, on the engine or in an answer', async () => {
  const dataDir = await tempHome();
  const cloud = await machinesCloud({ dataDir });
  const secret = 'Planted-789-secret';
  const ids = await createHosts(cloud, { Password: encoded(secret) });
  await hostsIn(cloud, 'Running', ids);
  const container = await containerOf(cloud, ids[0] ?? '');
  const inspected = JSON.stringify(await inspectContainer(container));
  const { output: given } = await execIn(container, 'sh', '-c', 'cat /etc/emulated-host/* /var/lib/cloud/seed/nocloud/*');
  const answers = await Promise.all(
    ['/resources/host', '/requests', '/machines'].map(async (path) => JSON.stringify((await cloud.control('GET', path)).body)),
  );
  const stored = await readFile(join(dataDir, 'store.jsonl'), 'utf8');
  for (const text of [inspected, given, stored, ...answers]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(encoded(secret));
  }
  expect(answers.join()).not.toContain('$6$');
});

test.skipIf(!can)('a fault of the emulator ends as the cloud does, without a container', async () => {
  const cloud = await machinesCloud({ timeScale: 60 });
  cloud.faults.add({ action: 'CreateUHostInstance', effect: { kind: 'host-state', state: 'Install Fail' }, count: 1 });
  const ids = await createHosts(cloud);
  await hostsIn(cloud, 'Install Fail', ids);
  expect((await leftovers(await instanceOf(cloud))).filter((line) => line.startsWith('container'))).toEqual([]);
  // It can be installed after all.
  await cloud.ok('ReinstallUHostInstance', { UHostId: ids[0] ?? '', Password: encoded('Changed-34') });
  const [host] = await hostsIn(cloud, 'Running', ids);
  expect(await ssh(host?.eip ?? '', 'id -un', { password: 'Changed-34' })).toBe('root\n');
});

test.skipIf(!can)('a subnet that can not be on this computer is refused with what is in the way', async () => {
  const cloud = await machinesCloud();
  const ids = await createHosts(cloud);
  await hostsIn(cloud, 'Running', ids);
  const { DataSet } = await cloud.ok('DescribeSubnet');
  const { VPCId } = await cloud.ok('CreateVPC', { Name: 'same', 'Network.0': `${DataSet[0].Subnet}/16` });
  const { SubnetId } = await cloud.ok('CreateSubnet', { VPCId, Subnet: DataSet[0].Subnet, Netmask: 16 });
  await expect(createHosts(cloud, { VPCId, SubnetId })).rejects.toThrow(/58002: Subnet .* can not be on this computer: it overlaps/);
});
