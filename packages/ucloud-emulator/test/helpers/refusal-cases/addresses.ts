import { balancer, boundEip, disk, eip, host } from '../cloud-parts.js';
import type { DispatchedCloud } from '../dispatched-cloud.js';
import { casesOf } from './refusal-case.js';

const bind = (cloud: DispatchedCloud, EIPId: string, ResourceId: string, ResourceType = 'uhost') =>
  cloud.call('BindEIP', { EIPId, ResourceId, ResourceType });
const label = { 'Labels.0.Key': 'team', 'Labels.0.Value': 'blue' };

/** Addresses, and labels. */
export const addressCases = casesOf([
  [
    'model/eip.ts: Params [OperatorName] not valid: … is not offered in …',
    230,
    (c) => c.call('AllocateEIP', { OperatorName: 'International', Bandwidth: 2 }),
  ],
  [
    'model/eip.ts: Params [OperatorName] not valid: … is not offered in …',
    230,
    (c) => c.call('AllocateEIP', { OperatorName: 'Bgp', Bandwidth: 2, Region: 'hk' }),
  ],
  [
    'model/eip.ts: Params [Bandwidth] not valid: must be … to … with …',
    230,
    (c) => c.call('AllocateEIP', { OperatorName: 'Bgp', Bandwidth: 301, PayMode: 'Traffic' }),
    { says: 'must be 1 to 300 with Traffic' },
  ],
  [
    'model/eip.ts: Params [Bandwidth] not valid: must be … to … with …',
    230,
    (c) => c.call('ModifyEIPBandwidth', { EIPId: eip(c), Bandwidth: 0 }),
    { says: 'must be 1 to 10000 with Bandwidth' },
  ],
  [
    'model/eip.ts: No public address is left',
    4207,
    (c) => c.call('AllocateEIP', { OperatorName: 'Bgp', Bandwidth: 2, Count: 3 }),
    { options: { publicPool: { base: 0xc6120000, bits: 30 } } },
  ],
  [
    'model/eip.ts: EIP […] is in use by […]',
    4212,
    (c) => {
      const first = host(c);
      return bind(c, boundEip(c, first), host(c));
    },
  ],
  [
    'model/eip.ts: […] has an EIP of … already',
    4154,
    (c) => {
      const id = host(c);
      boundEip(c, id);
      return bind(c, eip(c), id);
    },
  ],
  [
    'actions/addresses/bind-eip.ts: Params [ResourceId] not valid: … is an inner load balancer',
    230,
    (c) => bind(c, eip(c), balancer(c, { InnerMode: 'Yes' }), 'ulb'),
  ],
  ['actions/addresses/release-eip.ts: EIP […] is in use by […]', 4212, (c) => c.call('ReleaseEIP', { EIPId: boundEip(c) })],
  [
    'actions/addresses/unbind-eip.ts: EIP […] is not bound to […]',
    4211,
    (c) => c.call('UnBindEIP', { EIPId: eip(c), ResourceType: 'uhost', ResourceId: host(c) }),
  ],
  [
    'actions/addresses/disassociate-eip-with-share-bandwidth.ts: Params [EIPIds] not valid: … does not share …',
    230,
    (c) => {
      const { ShareBandwidthId } = c.ok('AllocateShareBandwidth', { Name: 'shared', ShareBandwidth: 20 });
      return c.call('DisassociateEIPWithShareBandwidth', { ShareBandwidthId, 'EIPIds.0': eip(c), Bandwidth: 2 });
    },
  ],
  [
    'model/label.ts: Params [ResourceIds] not valid: … takes no labels',
    230,
    (c) => c.call('BindLabels', { ...label, 'ResourceIds.0': 'backend-a' }),
  ],
  ['model/label.ts: The label […=…] not exists', 54002, (c) => c.call('BindLabels', { ...label, 'ResourceIds.0': disk(c) })],
  [
    'actions/labels/create-labels.ts: The label […=…] exists',
    58001,
    (c) => {
      c.ok('CreateLabels', label);
      return c.call('CreateLabels', label);
    },
  ],
  [
    'actions/labels/delete-labels.ts: The label […=…] is in use by […]',
    58001,
    (c) => {
      c.ok('CreateLabels', label);
      c.ok('BindLabels', { ...label, 'ResourceIds.0': disk(c) });
      return c.call('DeleteLabels', label);
    },
  ],
  [
    'actions/addresses/create-bandwidth-package.ts: Params [EIPId] not valid: … is charged by …',
    230,
    (c) => c.call('CreateBandwidthPackage', { EIPId: eip(c, { PayMode: 'Traffic' }), Bandwidth: 5, TimeRange: 1 }),
  ],
]);
