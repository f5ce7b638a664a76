import { expect, test } from 'vitest';
import { networkPlanOf } from '../../../../src/machines/reconcile/network-plan-of.js';
import { storeOf, type SomeRecords } from '../../../helpers/store-of.js';

const machine = { installs: 1, passwordHash: '', publicKey: '', cutPower: false };

const planOf = async (records: SomeRecords) => networkPlanOf((await storeOf(records)).view);

const subnet = [
  { id: 'subnet-1', vpc: 'uvnet-1', cidr: '10.1.1.0/24' },
  { id: 'subnet-2', vpc: 'uvnet-1', cidr: '10.1.2.0/24' },
];
const host = [
  { id: 'uhost-1', vpc: 'uvnet-1', subnet: 'subnet-1', ip: '10.1.1.10', firewall: 'firewall-1', machine },
  { id: 'uhost-2', vpc: 'uvnet-1', subnet: 'subnet-2', ip: '10.1.2.10', firewall: 'firewall-1', machine },
];
const firewall = [
  { id: 'firewall-1', rules: ['TCP|22|0.0.0.0/0|ACCEPT|HIGH|'] },
  { id: 'firewall-2', rules: ['TCP|80|0.0.0.0/0|ACCEPT|HIGH|'] },
];
const gateway = { id: 'natgw-1', vpc: 'uvnet-1', subnets: ['subnet-2'], firewall: 'firewall-2', whiteListOpen: false, whiteList: [] };

test('only hosts with an EIP have a way out, and are reached from there', async () => {
  const eip = [
    { id: 'eip-1', ip: '127.64.0.1', resource: 'uhost-1' },
    { id: 'eip-2', ip: '127.64.0.2', resource: '' },
  ];
  expect(await planOf({ subnet, host, firewall, eip })).toEqual({
    vpcs: [{ id: 'uvnet-1', cidrs: ['10.1.1.0/24', '10.1.2.0/24'] }],
    peerings: [],
    exposures: [{ eip: '127.64.0.1', vpc: 'uvnet-1', privateIp: '10.1.1.10', rules: firewall[0]?.rules }],
    ways: ['10.1.1.10/32'],
  });
});

test('the subnets of a NAT gateway go out through it once it has an EIP; a white list leaves some', async () => {
  const eip = [{ id: 'eip-1', ip: '127.64.0.1', resource: 'natgw-1' }];
  const records = { subnet, host, firewall };
  expect((await planOf({ ...records, natGateway: [gateway] })).ways).toEqual([]);
  expect((await planOf({ ...records, eip, natGateway: [gateway] })).ways).toEqual(['10.1.2.0/24']);
  const listed = { ...gateway, whiteListOpen: true, whiteList: ['uhost-1', 'uhost-2'] };
  expect((await planOf({ ...records, eip, natGateway: [listed] })).ways).toEqual(['10.1.2.10/32']);
});

test('public load balancers lead to backends whose hosts run', async () => {
  const eip = [{ id: 'eip-1', ip: '127.64.0.1', resource: 'ulb-1' }];
  const three = [...host, { ...host[0], id: 'uhost-3', ip: '10.1.1.11' }].map((one, index) => ({
    ...one,
    id: one.id,
    state: index === 1 ? 'Stopped' : 'Running',
  }));
  const ulb = [{ id: 'ulb-1', mode: 'OuterMode', firewall: 'firewall-2' }];
  const listener = [
    { id: 'vserver-1', ulb: 'ulb-1', protocol: 'HTTP', port: 80 },
    { id: 'vserver-2', ulb: 'ulb-1', protocol: 'HTTPS', port: 443 },
  ];
  const backend = three.flatMap(({ id }) =>
    listener.map((one) => ({ id: `backend-${id}-${one.id}`, listener: one.id, ulb: 'ulb-1', resource: id, port: 8080 })),
  );
  const records = { subnet, host: three, firewall, eip, listener, backend };
  const to = (privateIp: string, every: number) => ({
    ...{ eip: '127.64.0.1', vpc: 'uvnet-1', privateIp, rules: firewall[1]?.rules },
    forward: { protocol: 'tcp', ports: '80', to: '8080', every },
  });
  expect((await planOf({ ...records, ulb })).exposures).toEqual([to('10.1.1.10', 2), to('10.1.1.11', 1)]);
  expect(
    (await planOf({ ...records, ulb: [{ id: 'ulb-1', mode: 'InnerMode', firewall: 'firewall-2' } as { id: string }] })).exposures,
  ).toEqual([]);
});

test('rules of a NAT gateway lead to hosts behind its own firewall', async () => {
  const eip = [{ id: 'eip-1', ip: '127.64.0.1', resource: 'natgw-1' }];
  const natRule = [
    { id: 'natrule-1', gateway: 'natgw-1', protocol: 'TCP', eip: 'eip-1', fromPort: '80', toIp: '10.1.2.10', toPort: '8080' },
  ];
  const { exposures } = await planOf({ subnet, host, firewall, eip, natGateway: [gateway], natRule });
  expect(exposures).toEqual([
    {
      ...{ eip: '127.64.0.1', vpc: 'uvnet-1', privateIp: '10.1.2.10', rules: firewall[1]?.rules },
      forward: { protocol: 'tcp', ports: '80', to: '8080' },
    },
  ]);
});
