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
    balancers: [],
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

test('load balancers listen for TCP and are led on for UDP; an inner one is reached from its VPC alone', async () => {
  const eip = [{ id: 'eip-1', ip: '127.64.0.1', resource: 'ulb-1' }];
  const running = [...host, { ...host[0], id: 'uhost-3', ip: '10.1.1.11' }].map((one, index) => ({
    ...one,
    id: one.id,
    state: index === 1 ? 'Stopped' : 'Running',
  }));
  const ulb = [
    { id: 'ulb-1', mode: 'OuterMode', firewall: 'firewall-2' },
    { id: 'ulb-2', mode: 'InnerMode', firewall: '', vpc: 'uvnet-1', subnet: 'subnet-3', ip: '10.1.3.20' },
    { id: 'ulb-3', mode: 'InnerMode', firewall: '', vpc: 'uvnet-2', subnet: 'subnet-4', ip: '10.2.1.20' },
  ];
  const more = [
    { id: 'subnet-3', vpc: 'uvnet-1', cidr: '10.1.3.0/24' },
    { id: 'subnet-4', vpc: 'uvnet-2', cidr: '10.2.1.0/24' },
  ];
  const listener = [
    { id: 'vserver-1', ulb: 'ulb-1', protocol: 'HTTPS', port: 443, ssls: [] },
    { id: 'vserver-2', ulb: 'ulb-1', protocol: 'UDP', port: 53, ssls: [] },
    ...['ulb-2', 'ulb-3'].map((one) => ({ id: `vserver-of-${one}`, ulb: one, protocol: 'TCP', port: 80, ssls: [] })),
  ];
  const backend = running.map(({ id }) => ({ id: `backend-${id}`, listener: 'vserver-2', ulb: 'ulb-1', resource: id, port: 5353 }));
  const plan = await planOf({ subnet: [...subnet, ...more], host: running, firewall, eip, ulb, listener, backend });
  const to = (privateIp: string, every: number) => ({
    ...{ eip: '127.64.0.1', vpc: 'uvnet-1', privateIp, rules: firewall[1]?.rules },
    forward: { protocol: 'udp', ports: '53', to: '5353', every },
  });
  expect(plan.exposures).toEqual([to('10.1.1.10', 2), to('10.1.1.11', 1)]);
  expect(plan.balancers).toEqual([
    { address: '127.64.0.1', port: 443, rules: firewall[1]?.rules },
    { address: '10.1.3.20', port: 80, inside: { vpc: 'uvnet-1', cidr: '10.1.3.0/24' }, rules: [] },
  ]);
  expect(plan.vpcs).toEqual([{ id: 'uvnet-1', cidrs: ['10.1.1.0/24', '10.1.2.0/24', '10.1.3.0/24'] }]);
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
