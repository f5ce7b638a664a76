import { expect, test } from 'vitest';
import type { FaultSpec } from '../../../../packages/ucloud-emulator/src/scope/faults.js';
import { removeUntilGone, type Removing } from '../../../../src/ucloud/owned/remove-until-gone.js';
import { stillThere, type Named } from '../../../../src/ucloud/owned/still-there.js';
import { emulatedCloud, type EmulatedCloud } from '../../../helpers/emulated-cloud.js';
import { cloudTime, layHost, ourClient } from '../../../helpers/laid-cluster.js';
import { thrown } from '../../../helpers/thrown.js';
import { hint } from '../../../../packages/base/src/hint/hint.js';

/** Two hosts behind a firewall, in an isolation group, and an address that nobody uses. */
async function scene() {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const { FWId } = await cloud.ok('CreateFirewall', { Name: 'mine', 'Rule.0': 'TCP|22|203.0.113.7/32|ACCEPT|HIGH' });
  const { GroupId } = await cloud.ok('CreateIsolationGroup', { GroupName: 'mine' });
  const { EIPSet } = await cloud.ok('AllocateEIP', { OperatorName: 'Bgp', Bandwidth: 1 });
  const placed = { SecurityGroupId: FWId, IsolationGroup: GroupId };
  const hosts = [await layHost(cloud, { ...placed, Name: 'one' }), await layHost(cloud, { ...placed, Name: 'two' })];
  const ids = { hosts, eips: [EIPSet[0].EIPId], firewalls: [FWId], isolationGroups: [GroupId] };
  cloud.clock.advance(60_000);
  return { cloud, ids, api: ourClient(cloud), lines: [] as string[] };
}

type Scene = Awaited<ReturnType<typeof scene>>;

function removing({ cloud, api, ids, lines }: Scene, more: Partial<Removing> = {}, named: Named = ids): Removing {
  const { signal = new AbortController().signal } = more;
  const listRemaining = () => stillThere(api, named, signal);
  return {
    whose: 'a test',
    listRemaining,
    clock: cloudTime(cloud),
    signal,
    line: (text) => lines.push(text),
    next: hint`try again`,
    ...more,
  };
}

async function left(cloud: EmulatedCloud): Promise<Record<string, number>> {
  const { host, disk, eip, isolationGroup, firewall } = (await cloud.control('GET', '/resources')).body.resources;
  return { host, disk, eip, isolationGroup, firewall };
}

/** UCloud's own two firewalls stay. */
const NOTHING = { host: 0, disk: 0, eip: 0, isolationGroup: 0, firewall: 2 };

function writes({ requests }: EmulatedCloud, since = 0): string[] {
  const changes = requests.list({ after: since }).filter(({ action }) => !/^Describe/.test(action));
  return changes.map(({ action, params }) => `${action} ${params['UHostId'] ?? ''}`.trim());
}

test('power, then host with disks and addresses, then what hosts held; each is asked for once', async () => {
  const at = await scene();
  const before = at.cloud.requests.list().at(-1)?.number;
  expect(await removeUntilGone(at.api, removing(at))).toBe(5);
  expect(await left(at.cloud)).toEqual(NOTHING);
  const [one, two] = at.ids.hosts;
  const done = writes(at.cloud, before);
  expect(done.filter((text) => text.includes('UHost')).sort()).toEqual(
    [one, two].flatMap((id) => [`PoweroffUHostInstance ${id}`, `TerminateUHostInstance ${id}`]).sort(),
  );
  expect(done.indexOf(`PoweroffUHostInstance ${one}`)).toBeLessThan(done.indexOf(`TerminateUHostInstance ${one}`));
  expect(done.slice(-2).sort()).toEqual(['DeleteFirewall', 'DeleteIsolationGroup']);
  expect(at.lines[0]).toBe('2 hosts, 1 address, 1 firewall, 1 isolation group left');
});

const lost = (action: string): FaultSpec => ({ action, effect: { kind: 'reset', when: 'after' }, count: 3 });

test.each<[string, readonly FaultSpec[]]>([
  ['answers are lost', ['Poweroff*', 'Terminate*', 'Release*', 'Delete*', 'Describe*'].map(lost)],
  ['UCloud is busy', [{ effect: { kind: 'ret-code', code: 153, message: 'slow down' }, count: 12 }]],
  ['a host may not go yet', [{ action: 'Terminate*', effect: { kind: 'ret-code', code: 8022, message: 'busy' }, count: 9 }]],
  ['a firewall is let go of late', [{ action: 'DeleteFirewall', effect: { kind: 'ret-code', code: 4361, message: 'in use' }, count: 20 }]],
])('%s: it is the same in the end', async (_, faults) => {
  const at = await scene();
  for (const fault of faults) at.cloud.faults.add(fault);
  expect(await removeUntilGone(at.api, removing(at))).toBeGreaterThan(0);
  expect(await left(at.cloud)).toEqual(NOTHING);
});

test.each([0, 1, 2, 3, 4])('killed after %i rounds, it goes on from there', async (rounds) => {
  const at = await scene();
  const controller = new AbortController();
  let looks = 0;
  const listRemaining = () => {
    if (looks++ === rounds) controller.abort();
    return stillThere(at.api, at.ids, controller.signal);
  };
  await thrown(() => removeUntilGone(at.api, removing(at, { listRemaining, signal: controller.signal })));
  await removeUntilGone(at.api, removing(at));
  expect(await left(at.cloud)).toEqual(NOTHING);
});

test('nothing there is nothing to do', async () => {
  const at = await scene();
  const before = at.cloud.requests.list().at(-1)?.number;
  const gone = { hosts: ['uhost-gone'], eips: ['eip-gone'], firewalls: ['firewall-gone'], isolationGroups: ['ig-gone'] };
  expect(await removeUntilGone(at.api, removing(at, {}, gone))).toBe(0);
  expect(writes(at.cloud, before)).toEqual([]);
});

test.each([
  ['DescribeFirewall', 54002],
  ['DescribeIsolationGroup', 8037],
])('%s says with a code of its own that there is none', async (action, code) => {
  const at = await scene();
  at.cloud.faults.add({ action, effect: { kind: 'ret-code', code, message: 'not found' } });
  const ids = action === 'DescribeFirewall' ? { firewalls: at.ids.firewalls } : { isolationGroups: at.ids.isolationGroups };
  expect(await removeUntilGone(at.api, removing(at, {}, ids))).toBe(0);
});

test('a host that stays ends it after a quarter of an hour, with its state and what UCloud said', async () => {
  const at = await scene();
  at.cloud.faults.add({ action: 'Terminate*', effect: { kind: 'ret-code', code: 8022, message: 'busy' } });
  const begun = at.cloud.clock.now();
  const error = await thrown(() => removeUntilGone(at.api, removing(at, {}, { hosts: at.ids.hosts.slice(0, 1) })));
  expect(error).toMatchObject({
    code: 'not-removed',
    message: '1 host of a test could not be removed',
    why: [`nothing got less for 15 m 0 s: ${at.ids.hosts[0]} (Stopped)`, expect.stringContaining('busy') as string],
    next: 'try again',
  });
  expect(at.cloud.clock.now() - begun).toBeLessThan(17 * 60_000);
});

test('keys without the right end it at once', async () => {
  const at = await scene();
  at.cloud.faults.add({ action: 'Poweroff*', effect: { kind: 'ret-code', code: 299, message: 'IAM denied' } });
  expect(await thrown(() => removeUntilGone(at.api, removing(at)))).toMatchObject({ code: 'ucloud-rights' });
});
