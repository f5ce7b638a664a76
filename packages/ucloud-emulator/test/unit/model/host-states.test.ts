import { describe, expect, it, test } from 'vitest';
import type { Params } from '../../../../../test/helpers/emulated-cloud.js';
import { hashPassword } from '../../../src/model/password-hash.js';
import type { Host } from '../../../src/records/host.js';
import { baseImage, host, hostParams, stoppedHost } from '../../helpers/cloud-parts.js';
import { dispatchedCloud, type DispatchedCloud } from '../../helpers/dispatched-cloud.js';

const TIMINGS = { initialise: 100, start: 10, reinstall: 1000, stop: 5, powerOff: 2, reboot: 20, localBootDisk: 5000 };
const LOCAL = { 'Disks.0.Type': 'LOCAL_SSD' };
const REAL = { limits: { real: true } };

const create = (cloud: DispatchedCloud, more: Params = {}): string =>
  cloud.ok('CreateUHostInstance', { ...hostParams(cloud), ...more }).UHostIds[0];

/** A host's state and that of its boot disk. */
const seen = (cloud: DispatchedCloud, UHostId: string): readonly string[] => {
  const { State, BootDiskState } = cloud.ok('DescribeUHostInstance', { 'UHostIds.0': UHostId }).UHostSet[0];
  return [State, BootDiskState];
};

/** What is seen at the beginning, and after each of these many milliseconds more. */
function course(cloud: DispatchedCloud, UHostId: string, steps: readonly number[]): (readonly string[])[] {
  return [
    seen(cloud, UHostId),
    ...steps.map((ms) => {
      cloud.clock.advance(ms);
      return seen(cloud, UHostId);
    }),
  ];
}

const record = (cloud: DispatchedCloud, id: string): Host => cloud.store.get('host', id) as Host;

describe('a new host', () => {
  it('initialises, starts and runs; its cloud disk is ready as soon as it starts', async () => {
    const cloud = await dispatchedCloud({ timings: TIMINGS });
    expect(course(cloud, create(cloud), [99, 1, 9, 1])).toEqual([
      ['Initializing', 'Initializing'],
      ['Initializing', 'Initializing'],
      ['Starting', 'Normal'],
      ['Starting', 'Normal'],
      ['Running', 'Normal'],
    ]);
  });

  it('runs long before its local boot disk is ready, which goes on whatever the host does', async () => {
    const cloud = await dispatchedCloud({ timings: TIMINGS });
    const UHostId = create(cloud, LOCAL);
    expect(course(cloud, UHostId, [110])).toEqual([
      ['Initializing', 'Initializing'],
      ['Running', 'Initializing'],
    ]);
    cloud.ok('StopUHostInstance', { UHostId });
    expect(course(cloud, UHostId, [5, 4884, 1])).toEqual([
      ['Stopping', 'Initializing'],
      ['Stopped', 'Initializing'],
      ['Stopped', 'Initializing'],
      ['Stopped', 'Normal'],
    ]);
  });

  it('that a fault meets never starts', async () => {
    const cloud = await dispatchedCloud({ timings: TIMINGS });
    cloud.faults.add({ action: 'CreateUHostInstance', effect: { kind: 'host-state', state: 'Install Fail' } });
    expect(course(cloud, create(cloud), [100, 10_000])).toEqual([
      ['Initializing', 'Initializing'],
      ['Install Fail', 'Initializing'],
      ['Install Fail', 'Initializing'],
    ]);
  });
});

test('what was still to come does not come after another change', async () => {
  const cloud = await dispatchedCloud({ timings: TIMINGS });
  const UHostId = host(cloud);
  cloud.ok('RebootUHostInstance', { UHostId });
  cloud.ok('PoweroffUHostInstance', { UHostId });
  expect(course(cloud, UHostId, [2, 100]).map(([state]) => state)).toEqual(['Stopping', 'Stopped', 'Stopped']);
  cloud.ok('StartUHostInstance', { UHostId });
  expect(course(cloud, UHostId, [9, 1]).map(([state]) => state)).toEqual(['Starting', 'Starting', 'Running']);
});

test('a host that gets another image is made anew, its boot disk as well', async () => {
  const cloud = await dispatchedCloud({ timings: TIMINGS });
  const UHostId = stoppedHost(cloud);
  cloud.ok('ReinstallUHostInstance', { UHostId, ImageId: baseImage(cloud, 'Rocky') });
  expect(course(cloud, UHostId, [999, 1, 10])).toEqual([
    ['Initializing', 'Initializing'],
    ['Initializing', 'Initializing'],
    ['Starting', 'Normal'],
    ['Running', 'Normal'],
  ]);
});

test('an action says which states it takes', async () => {
  const cloud = await dispatchedCloud();
  const UHostId = host(cloud);
  expect(cloud.call('ReinstallUHostInstance', { UHostId })).toMatchObject({
    RetCode: 8010,
    Message: `UHost [${UHostId}] is Running, must be Stopped or Install Fail`,
  });
});

describe('where hosts run, the machine says when it has come to the next state', () => {
  it('and the clock brings none', async () => {
    const cloud = await dispatchedCloud({ ...REAL, timings: TIMINGS });
    expect(course(cloud, create(cloud), [1000])).toEqual([
      ['Initializing', 'Initializing'],
      ['Initializing', 'Initializing'],
    ]);
  });

  it('but for a local boot disk, which takes as long as in the cloud', async () => {
    const cloud = await dispatchedCloud({ ...REAL, timings: TIMINGS });
    expect(course(cloud, create(cloud, LOCAL), [4999, 1])).toEqual([
      ['Initializing', 'Initializing'],
      ['Initializing', 'Initializing'],
      ['Initializing', 'Normal'],
    ]);
  });

  it('and for a fault', async () => {
    const cloud = await dispatchedCloud({ ...REAL, timings: TIMINGS });
    cloud.faults.add({ effect: { kind: 'host-state', state: 'Install Fail' } });
    expect(course(cloud, create(cloud), [100]).map(([state]) => state)).toEqual(['Initializing', 'Install Fail']);
  });
});

describe('a machine is made with what it needs to be logged in to', () => {
  const machine = (cloud: DispatchedCloud, id: string) => record(cloud, id).machine;
  const importKey = (cloud: DispatchedCloud): string =>
    cloud.ok('ImportUHostKeyPairs', { KeyPairName: 'mine', PublicKeyBody: 'ssh-ed25519 AAAA me' }).KeyPairId;
  const HASH = /^\$6\$rounds=1000\$/;

  it('a password, as a hash', async () => {
    const cloud = await dispatchedCloud(REAL);
    const made = machine(cloud, create(cloud));
    expect(made).toEqual({ installs: 1, cutPower: false, passwordHash: expect.stringMatching(HASH), publicKey: '' });
    const salt = made?.passwordHash.split('$')[3];
    expect(made?.passwordHash).toBe(hashPassword('Example-12', salt));
  });

  it('a key, and then no password', async () => {
    const cloud = await dispatchedCloud(REAL);
    const id = create(cloud, { LoginMode: 'KeyPair', KeyPairId: importKey(cloud) });
    expect(machine(cloud, id)).toMatchObject({ passwordHash: '*', publicKey: 'ssh-ed25519 AAAA me' });
  });

  it('nothing, where the image has its own', async () => {
    const cloud = await dispatchedCloud(REAL);
    expect(machine(cloud, create(cloud, { LoginMode: 'ImagePasswd' }))).toMatchObject({ passwordHash: '', publicKey: '' });
  });

  it('but where hosts are records it is not kept', async () => {
    const cloud = await dispatchedCloud();
    const UHostId = stoppedHost(cloud);
    expect(record(cloud, UHostId)).not.toHaveProperty('machine');
    cloud.ok('ReinstallUHostInstance', { UHostId });
    expect(record(cloud, UHostId)).not.toHaveProperty('machine');
  });

  it('an image put on anew keeps it, unless it is to be another', async () => {
    const cloud = await dispatchedCloud(REAL);
    const UHostId = create(cloud);
    const before = machine(cloud, UHostId);
    const again = (more: Params) => {
      const now = record(cloud, UHostId);
      const failed = { ...now, state: 'Stopped', pending: [], machine: { ...now.machine, failure: 'it broke' } } as Host;
      cloud.store.transaction(cloud.clock.now(), () => cloud.store.put('host', failed));
      cloud.ok('ReinstallUHostInstance', { UHostId, ...more });
      return machine(cloud, UHostId);
    };
    expect(again({})).toEqual({ ...before, installs: 2, failure: undefined });
    const changed = again({ Password: Buffer.from('Other-pass-12').toString('base64') });
    expect(changed).toMatchObject({ installs: 3, passwordHash: expect.stringMatching(HASH) });
    expect(changed?.passwordHash).not.toBe(before?.passwordHash);
    expect(again({ LoginMode: 'KeyPair', KeyPairId: importKey(cloud) })).toMatchObject({ installs: 4, passwordHash: '*' });
    expect(again({ LoginMode: 'ImagePasswd' })).toMatchObject({ installs: 5, passwordHash: '', publicKey: '' });
  });

  it('another password, or a key instead, when it is off', async () => {
    const cloud = await dispatchedCloud(REAL);
    const UHostId = create(cloud);
    const reset = (more: Params) => cloud.call('ResetUHostInstancePassword', { UHostId, ...more });
    const KeyPairId = importKey(cloud);
    expect(reset({ LoginMode: 'KeyPair', KeyPairId })).toMatchObject({ RetCode: 8010 });
    const off = { ...record(cloud, UHostId), state: 'Stopped', pending: [] } as Host;
    cloud.store.transaction(cloud.clock.now(), () => cloud.store.put('host', off));
    expect(reset({ LoginMode: 'KeyPair', KeyPairId: 'ukp-gone' })).toMatchObject({ RetCode: 8039 });
    expect(reset({ LoginMode: 'KeyPair', KeyPairId })).toMatchObject({ RetCode: 0 });
    expect(record(cloud, UHostId)).toMatchObject({ keyPair: KeyPairId, machine: { passwordHash: '*', publicKey: 'ssh-ed25519 AAAA me' } });
    expect(reset({ Password: Buffer.from('Other-pass-12').toString('base64') })).toMatchObject({ RetCode: 0 });
    expect(record(cloud, UHostId)).toMatchObject({ keyPair: '', machine: { passwordHash: expect.stringMatching(HASH), publicKey: '' } });
  });

  it('its power is cut, or it is shut down', async () => {
    const cloud = await dispatchedCloud(REAL);
    const UHostId = create(cloud);
    const run = () =>
      cloud.store.transaction(cloud.clock.now(), () => cloud.store.put('host', { ...record(cloud, UHostId), state: 'Running' }));
    run();
    cloud.ok('PoweroffUHostInstance', { UHostId });
    expect(machine(cloud, UHostId)).toMatchObject({ cutPower: true });
    run();
    cloud.ok('StopUHostInstance', { UHostId });
    expect(machine(cloud, UHostId)).toMatchObject({ cutPower: false, installs: 1 });
  });
});
