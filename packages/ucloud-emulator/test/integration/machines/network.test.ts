import { execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { INSTANCE_LABEL, namesFor } from '../../../src/machines/network/names.js';
import type { NetworkPlan } from '../../../src/machines/network/network-plan.js';
import { buildFixture } from '../../../../../test/helpers/build-fixture.js';
import { dockerEngine, freeSubnets, TEST_LABEL } from '../../../../../test/helpers/docker-engine.js';
import { dial, hears, openNetworkLab, who, type NetworkLab } from '../../helpers/network-lab.js';
import { outsideWorld } from '../../helpers/outside-world.js';
import { requireTool } from '../../../../../test/helpers/require-tool.js';

const engine = await dockerEngine();
const isRoot = process.getuid?.() === 0;
const withRoot = test.skipIf(!engine || !isRoot || !requireTool('iptables-save'));
afterAll(() => engine?.close());

withRoot('an EIP answers on what the firewall accepts from the caller, and on nothing else', async () => {
  const lab = await ownLab();
  const [cidr] = freeSubnets(1) as [string];
  const rules = [
    'TCP|80|0.0.0.0/0|ACCEPT|HIGH|',
    'TCP|81|127.0.0.9/32|ACCEPT|MEDIUM|',
    'TCP|8000-8100|0.0.0.0/0|ACCEPT|LOW|',
    'TCP|8080|127.0.0.9|DROP|HIGH|',
    'UDP|9000|127.0.0.0/8|ACCEPT|HIGH|',
  ];
  const bound = { eip: lab.eip(1), vpc: 'uvnet-a', privateIp: at(cidr, 10), rules };
  await lab.network.apply({ ...oneVpc(cidr), exposures: [bound] });
  await lab.host('uvnet-a', at(cidr, 10));

  const eip = lab.eip(1);
  expect(await who(eip)).toBe(`uvnet-a-10 ${at(cidr, 1)}`);
  expect(await who(eip, { port: 8080 })).toContain('uvnet-a-10');
  expect(await who(eip, { port: 81, from: '127.0.0.9' })).toContain('uvnet-a-10');
  const closed = [who(eip, { port: 81 }), who(eip, { port: 8080, from: '127.0.0.9' }), who(eip, { port: 9000 }), who(lab.eip(2))];
  expect(await Promise.all(closed)).toEqual(closed.map(() => 'timeout'));
  expect(await who(at(cidr, 10))).toBe('ENETUNREACH');
  expect(await udpEcho(eip, 9000)).toBe(true);

  await lab.network.apply(oneVpc(cidr));
  expect(await who(eip)).toBe('timeout');
  expect(await udpEcho(eip, 9000)).toBe(false);
});

withRoot('a firewall change closes a port, and leaves the connections that are open', async () => {
  const lab = await ownLab();
  const [cidr] = freeSubnets(1) as [string];
  const bound = { eip: lab.eip(1), vpc: 'uvnet-a', privateIp: at(cidr, 10) };
  const open = { ...oneVpc(cidr), exposures: [{ ...bound, rules: ['TCP|9100|0.0.0.0/0|ACCEPT|HIGH|', 'TCP|80|0.0.0.0/0|ACCEPT|HIGH|'] }] };
  await lab.network.apply(open);
  await lab.host('uvnet-a', at(cidr, 10));
  const talker = await dial(lab.eip(1), 9100);
  onTestFinished(() => void talker.destroy());
  expect(await hears(talker, 300)).toBeGreaterThan(0);

  await lab.network.apply({ ...open, exposures: [{ ...bound, rules: ['TCP|80|0.0.0.0/0|ACCEPT|HIGH|'] }] });
  expect(await who(lab.eip(1), { port: 9100 })).toBe('timeout');
  expect(await who(lab.eip(1))).toContain('uvnet-a-10');
  expect(await hears(talker, 500)).toBeGreaterThan(0);

  // Without the EIP there is no way for them.
  await lab.network.apply(oneVpc(cidr));
  expect(await hears(talker, 500)).toBe(0);
});

withRoot('an EIP that moves to another host takes no open connection along', async () => {
  const lab = await ownLab();
  const [cidr] = freeSubnets(1) as [string];
  const bindTo = (last: number): NetworkPlan => ({
    ...oneVpc(cidr),
    exposures: [{ eip: lab.eip(1), vpc: 'uvnet-a', privateIp: at(cidr, last), rules: ['TCP|1-65535|0.0.0.0/0|ACCEPT|HIGH|'] }],
  });
  await lab.network.apply(bindTo(10));
  const [neighbour] = await Promise.all([lab.host('uvnet-a', at(cidr, 10)), lab.host('uvnet-a', at(cidr, 11))]);
  const talker = await dial(lab.eip(1), 9100);
  onTestFinished(() => void talker.destroy());
  await lab.network.apply(bindTo(11));
  expect(await who(lab.eip(1))).toContain('uvnet-a-11');
  expect(await hears(talker, 500)).toBe(0);
  expect(await neighbour.who(lab.eip(1))).toBe(`uvnet-a-11 ${at(cidr, 1)}`);
});

withRoot('hosts of one VPC reach each other, those of two only while these are peered, and see whom they talk to', async () => {
  const lab = await ownLab();
  const [a1, a2, b] = freeSubnets(3) as [string, string, string];
  const vpcs = [
    { id: 'uvnet-a', cidrs: [a1, a2] },
    { id: 'uvnet-b', cidrs: [b] },
  ];
  const rules = ['TCP|80|0.0.0.0/0|ACCEPT|HIGH|'];
  const plan = {
    vpcs,
    peerings: [],
    exposures: [{ eip: lab.eip(1), vpc: 'uvnet-b', privateIp: at(b, 10), rules }],
    balancers: [],
    ways: [],
  };
  await lab.network.apply(plan);
  const [one, two, far] = await Promise.all([
    lab.host('uvnet-a', at(a1, 10)),
    lab.host('uvnet-a', at(a2, 10)),
    lab.host('uvnet-b', at(b, 10)),
  ]);
  expect(await one.who(at(a2, 10))).toBe(`uvnet-a-10 ${at(a1, 10)}`);
  // Through the EIP there is a way, on the ports that the firewall accepts, and none to what no host has.
  expect(await one.who(lab.eip(1))).toBe(`uvnet-b-10 ${at(b, 1)}`);
  expect(await Promise.all([one.who(lab.eip(1), 81), one.who(lab.eip(2))])).toEqual(['timeout', 'timeout']);
  const apart = [one.who(at(b, 10)), two.who(at(b, 10)), far.who(at(a1, 10)), one.who(at(b, 1))];
  // The far gateway is the computer itself, and does not lead on.
  expect(await Promise.all(apart)).toEqual(['timeout', 'timeout', 'timeout', expect.not.stringContaining('uvnet')]);

  await lab.network.apply({ ...plan, peerings: [{ a: 'uvnet-b', b: 'uvnet-a' }] });
  expect(await one.who(at(b, 10))).toBe(`uvnet-b-10 ${at(a1, 10)}`);
  expect(await far.who(at(a2, 10))).toBe(`uvnet-a-10 ${at(b, 10)}`);

  await lab.network.apply(plan);
  expect(await Promise.all([one.who(at(b, 10)), far.who(at(a1, 10))])).toEqual(['timeout', 'timeout']);
  expect(lab.problems).toEqual([]);
});

withRoot('only who has a way out reaches the internet, until it is taken away; this computer all do', async () => {
  const lab = await ownLab();
  const outside = outsideWorld();
  const [cidr] = freeSubnets(1) as [string];
  const plan = oneVpc(cidr);
  await lab.network.apply({ ...plan, ways: [`${at(cidr, 11)}/32`] });
  const [without, by] = await Promise.all([lab.host('uvnet-a', at(cidr, 10)), lab.host('uvnet-a', at(cidr, 11))]);
  expect(await Promise.all([without.who(outside.far), by.who(outside.far)])).toEqual([
    'ENETUNREACH',
    expect.stringContaining(outside.near),
  ]);
  // The address of this computer in that network: what listens there answers whoever has no way further.
  const mirror = createServer((socket) => socket.on('error', () => socket.destroy()).end('mirror')).listen(0, outside.near);
  onTestFinished(() => void mirror.close());
  await once(mirror, 'listening');
  expect(await without.who(outside.near, (mirror.address() as AddressInfo).port)).toBe('mirror');

  await lab.network.apply({ ...plan, ways: [cidr] });
  expect(await without.who(outside.far)).toContain(outside.near);
  await lab.network.apply(plan);
  expect(await by.who(outside.far)).toBe('ENETUNREACH');
  expect(lab.problems).toEqual([]);
});

withRoot('ports of a NAT gateway lead to hosts, as far as its firewall accepts', async () => {
  const lab = await ownLab();
  const [cidr] = freeSubnets(1) as [string];
  const rules = ['TCP|90-91|0.0.0.0/0|ACCEPT|HIGH|', 'TCP|8080-8081|0.0.0.0/0|ACCEPT|HIGH|', 'UDP|53|0.0.0.0/0|ACCEPT|HIGH|'];
  const forward = (last: number, [protocol, ports, to]: readonly ['tcp' | 'udp', string, string]) => ({
    ...{ eip: lab.eip(1), vpc: 'uvnet-a', privateIp: at(cidr, last), rules },
    forward: { protocol, ports, to },
  });
  const exposures = [
    forward(10, ['tcp', '90', '80']),
    forward(11, ['tcp', '91', '81']),
    forward(11, ['tcp', '92', '80']),
    forward(11, ['tcp', '8080-8081', '8080-8081']),
    forward(10, ['udp', '53', '9000']),
    forward(10, ['tcp', '100-101', '80-81']),
  ];
  await lab.network.apply({ ...oneVpc(cidr), exposures });
  await Promise.all([lab.host('uvnet-a', at(cidr, 10)), lab.host('uvnet-a', at(cidr, 11))]);
  const eip = lab.eip(1);
  expect(await who(eip, { port: 90 })).toContain('uvnet-a-10');
  expect(await who(eip, { port: 91 })).toContain('uvnet-a-11');
  expect(await who(eip, { port: 8080 })).toContain('uvnet-a-11');
  expect(await udpEcho(eip, 53)).toBe(true);
  expect(await Promise.all([who(eip, { port: 92 }), who(eip), who(eip, { port: 100 })])).toEqual(['timeout', 'timeout', 'timeout']);
  expect(lab.problems).toEqual([`100-101 of ${eip} leads nowhere: a range can not lead to another one (80-81) on this computer`]);
});

withRoot('a port of a load balancer leads to its backends by turns', async () => {
  const lab = await ownLab();
  const [cidr] = freeSubnets(1) as [string];
  const backend = (last: number, every: number) => ({
    ...{ eip: lab.eip(1), vpc: 'uvnet-a', privateIp: at(cidr, last), rules: ['TCP|1-65535|0.0.0.0/0|ACCEPT|HIGH|'] },
    forward: { protocol: 'tcp' as const, ports: '443', to: '80', every },
  });
  await lab.network.apply({ ...oneVpc(cidr), exposures: [backend(10, 3), backend(11, 2), backend(12, 1)] });
  await Promise.all([10, 11, 12].map((last) => lab.host('uvnet-a', at(cidr, last))));
  const answers: string[] = [];
  for (let call = 0; call < 12; call++) answers.push((await who(lab.eip(1), { port: 443 })).split(' ')[0] ?? '');
  const counts = ['uvnet-a-10', 'uvnet-a-11', 'uvnet-a-12'].map((name) => answers.filter((answer) => answer === name).length);
  expect(counts).toEqual([4, 4, 4]);
  await lab.network.apply({ ...oneVpc(cidr), exposures: [backend(11, 1)] });
  expect(await who(lab.eip(1), { port: 443 })).toContain('uvnet-a-11');
});

withRoot('a range that something on this computer has is refused with the reason, and nothing else suffers', async () => {
  const lab = await ownLab();
  const [cidr] = freeSubnets(1) as [string];
  const [foreign] = freeSubnets(1) as [string];
  const body = { Name: `${lab.instance}-foreign`, IPAM: { Config: [{ Subnet: foreign }] }, Labels: { [TEST_LABEL]: lab.instance } };
  await engine!.call({ method: 'POST', path: '/networks/create', body });
  onTestFinished(async () => void (await engine!.call({ method: 'DELETE', path: `/networks/${body.Name}` })));
  const vpcs = [
    { id: 'uvnet-a', cidrs: [cidr] },
    { id: 'uvnet-b', cidrs: [cidr] },
    { id: 'uvnet-c', cidrs: [foreign] },
  ];
  const plan = { vpcs, peerings: [], exposures: [], balancers: [], ways: [] };
  await lab.network.apply(plan);
  await lab.network.apply(plan);
  expect(lab.network.networkOf('uvnet-a', at(cidr, 9))).toContain('uvnet-a');
  expect(lab.problems).toEqual([
    expect.stringMatching(/uvnet-b has no network: it overlaps .* of uvnet-a, and on one computer all subnets must differ$/),
    expect.stringMatching(/uvnet-c has no network: the computer reaches .* through br-/),
  ]);
  expect(() => lab.network.networkOf('uvnet-b', at(cidr, 9))).toThrow(
    expect.objectContaining({ code: 'emulator-network', why: [expect.stringContaining('all subnets must differ')] }),
  );
  expect(lab.network.problemWith('uvnet-d', cidr)).toContain('of uvnet-a');
  expect(lab.network.problemWith('uvnet-a', cidr)).toBeUndefined();
});

withRoot('what another process of the instance left is found, mended, and purged', async () => {
  const lab = await ownLab();
  const [a, b] = freeSubnets(2) as [string, string];
  const plan = {
    vpcs: [{ id: 'uvnet-a', cidrs: [a] }],
    peerings: [],
    exposures: [{ eip: lab.eip(1), vpc: 'uvnet-a', privateIp: at(a, 10), rules: ['TCP|80|0.0.0.0/0|ACCEPT|HIGH|'] }],
    balancers: [],
    ways: [],
  };
  await lab.network.apply({ ...plan, vpcs: [...plan.vpcs, { id: 'uvnet-gone', cidrs: [b] }] });
  await lab.host('uvnet-a', at(a, 10));
  const whole = traces(lab);
  expect(whole.some((line) => line.includes(namesFor(lab.instance).bridge('uvnet-gone', b)))).toBe(true);

  // Half of it is missing, as when somebody flushed a table; the rest is of a plan that is no more.
  for (const line of whole.filter((rule) => rule.startsWith('-A POSTROUTING') && rule.includes(' -j NCE-')))
    execFileSync('sh', ['-c', `iptables -t nat ${line.replace('-A', '-D')}`]);
  const next = lab.reopen();
  await Promise.all([next.apply(plan), next.apply(plan)]);
  const mended = traces(lab);
  expect(mended.length).toBeLessThan(whole.length);
  expect(new Set(mended).size).toBe(mended.length);
  expect(await who(lab.eip(1))).toContain('uvnet-a-10');

  await expect(next.purge()).rejects.toMatchObject({ code: 'emulator-network-in-use' });
  await lab.end();
  expect(traces(lab)).toEqual([]);
  const filters = { label: [`${INSTANCE_LABEL}=${lab.instance}`] };
  expect(await engine!.call({ path: '/networks', query: { filters } })).toEqual([]);
});

withRoot('killed at random moments, the next process makes of it what is wanted, and leaves nothing', async () => {
  const lab = await ownLab();
  const applier = await buildFixture(new URL('../../fixtures/network-applier.ts', import.meta.url));
  onTestFinished(applier.remove);
  const [a, b, c] = freeSubnets(3) as [string, string, string];
  const rules = ['TCP|80|0.0.0.0/0|ACCEPT|HIGH|'];
  const plans: NetworkPlan[] = [
    {
      vpcs: [{ id: 'uvnet-a', cidrs: [a, b] }],
      peerings: [],
      exposures: [{ eip: lab.eip(1), vpc: 'uvnet-a', privateIp: at(a, 10), rules }],
      balancers: [],
      ways: [a],
    },
    {
      vpcs: [
        { id: 'uvnet-a', cidrs: [b] },
        { id: 'uvnet-c', cidrs: [c] },
      ],
      peerings: [{ a: 'uvnet-a', b: 'uvnet-c' }],
      exposures: [{ eip: lab.eip(2), vpc: 'uvnet-c', privateIp: at(c, 10), rules }],
      balancers: [],
      ways: [],
    },
  ];
  await lab.network.apply(plans[0]!);
  const wanted = traces(lab).toSorted();
  for (let round = 0; round < 8; round++) {
    const child = spawn(process.execPath, [applier.path, lab.instance, lab.pool, JSON.stringify(plans)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await sleep(randomInt(400));
    child.kill('SIGKILL');
    await once(child, 'close');
    const next = lab.reopen();
    await next.apply(plans[0]!);
    expect(traces(lab).toSorted()).toEqual(wanted);
    if (round % 2 === 0) await next.purge();
    if (round % 2 === 0) expect(traces(lab)).toEqual([]);
  }
});

test.skipIf(!engine)('without root single ports lead to hosts, and what needs root is refused with the reason', async () => {
  const lab = await ownLab({ isRoot: false });
  const [a, a2, b] = freeSubnets(3) as [string, string, string];
  const vpcs = [
    { id: 'uvnet-a', cidrs: [a, a2] },
    { id: 'uvnet-b', cidrs: [b] },
  ];
  const bound = {
    eip: lab.eip(1),
    vpc: 'uvnet-a',
    privateIp: at(a, 10),
    rules: ['TCP|8080|127.0.0.9|ACCEPT|HIGH|', 'TCP|8081-8090|0.0.0.0/0|ACCEPT|HIGH|'],
  };
  const forward = { protocol: 'tcp' as const, ports: '82', to: '80' };
  const behind = { ...bound, eip: lab.eip(2), forward };
  await lab.network.apply({ vpcs, peerings: [{ a: 'uvnet-a', b: 'uvnet-b' }], exposures: [bound, behind], balancers: [], ways: [] });
  const host = await lab.host('uvnet-a', at(a, 10));
  await lab.host('uvnet-b', at(b, 10));
  expect(await who(lab.eip(1), { port: 8080, from: '127.0.0.9' })).toContain('uvnet-a-10');
  expect(await who(lab.eip(1), { port: 8080 })).toBe('');
  expect(await who(lab.eip(1))).toBe('ECONNREFUSED');
  expect(await host.who(at(b, 10))).toBe('timeout');
  expect(lab.problems).toEqual([
    expect.stringMatching(/of uvnet-a has no network: without root there is no way between the subnets of a VPC$/),
    'uvnet-a and uvnet-b are not joined: that takes root',
    `82 of ${lab.eip(2)} leads nowhere: NAT gateways and load balancers take root`,
    `tcp 8081-8090 of ${lab.eip(1)} stays closed: without root only single TCP ports are forwarded`,
  ]);
});

async function ownLab(options?: { readonly isRoot: boolean }): Promise<NetworkLab> {
  const lab = await openNetworkLab(engine!, options);
  onTestFinished(() => lab.end());
  return lab;
}

/** The address of a /24 that ends so. */
function at(cidr: string, last: number): string {
  return cidr.replace(/0\/24$/, String(last));
}

function oneVpc(cidr: string): NetworkPlan {
  return { vpcs: [{ id: 'uvnet-a', cidrs: [cidr] }], peerings: [], exposures: [], balancers: [], ways: [] };
}

/** Every line that iptables has because of this instance; docker's own lines for its bridges are among them. */
function traces({ instance }: NetworkLab): string[] {
  const names = namesFor(instance);
  const mine = [names.chain(''), names.comment, names.bridge('', '').slice(0, 9)];
  return execFileSync('iptables-save', { encoding: 'utf8' })
    .split('\n')
    .filter((line) => mine.some((word) => line.includes(word)));
}

async function udpEcho(address: string, port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    socket.send('hello', port, address);
    await once(socket, 'message', { signal: AbortSignal.timeout(1500) });
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
