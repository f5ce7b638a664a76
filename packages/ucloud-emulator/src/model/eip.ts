import { parseCidr, sizeOf, toIp, type Network } from '@nomadctl/base/ipv4';
import { paidUntil } from '../params/shared-params.js';
import type { Eip } from '../records/eip.js';
import { choice, integer, required, withDefault } from '../params/param.js';
import { invalid, Refusal, retCodes } from '../params/refusal.js';
import { checkQuota } from '../scope/quota.js';
import type { Scope } from '../scope/scope.js';
import { firstCard, subResource } from './networks/network-interface.js';
import { inSeconds } from '../params/answer-values.js';

/** What an address is, and by what its price goes. */
export const eipParams = {
  OperatorName: required(choice('Bgp', 'BGP', 'International', 'BGPPro', 'Native', 'Resident')),
  Bandwidth: required(integer({ min: 0, max: 10_000 })),
  PayMode: withDefault(choice('Bandwidth', 'Traffic', 'ShareBandwidth', 'PostAccurateBandwidth'), 'Bandwidth'),
};

export interface AskedEip {
  readonly OperatorName: string;
  readonly Bandwidth: number;
  readonly PayMode: string;
  readonly ChargeType: string;
  readonly Quantity: number;
  readonly Name?: string | undefined;
  readonly Tag?: string | undefined;
  readonly Remark?: string | undefined;
  readonly ShareBandwidthId?: string | undefined;
}

/** 198.18.0.0/15 is set aside for benchmarks (RFC 2544): nobody is reached there by mistake. */
export const NOBODYS_ADDRESSES = parseCidr('198.18.0.0/15') as Network;
/** Of an address that was given no other: https://docs.ucloud.cn/api/unet-api/describe_eip */
export const DEFAULT_WEIGHT = 50;
const LARGEST: Readonly<Record<string, number>> = { Traffic: 300, ShareBandwidth: 0 };
const LARGEST_BANDWIDTH = 10_000;

/**
 * Mainland China has lines of its own: https://docs.ucloud.cn/api/unet-api/allocate_eip
 * @throws Refusal for a line that the region does not have.
 */
function checkLine({ region }: Scope, operator: string): void {
  if (region.startsWith('cn-') !== /^bgp$/i.test(operator)) throw invalid('OperatorName', `${operator} is not offered in ${region}`);
}

/** @throws Refusal when the way of paying does not allow that much. */
export function checkBandwidth({ PayMode, Bandwidth }: { readonly PayMode: string; readonly Bandwidth: number }): void {
  const largest = LARGEST[PayMode] ?? LARGEST_BANDWIDTH;
  if (Bandwidth > largest || (largest > 0 && Bandwidth < 1))
    throw invalid('Bandwidth', `must be ${Math.min(1, largest)} to ${largest} with ${PayMode}`);
}

export function allocateEip(scope: Scope, asked: AskedEip): Eip {
  checkLine(scope, asked.OperatorName);
  checkBandwidth(asked);
  checkQuota(scope, 'eip');
  const package_ = asked.ShareBandwidthId === undefined ? undefined : scope.need('shareBandwidth', asked.ShareBandwidthId);
  return scope.put('eip', {
    ...scope.create('eip', { name: asked.Name ?? 'EIP', tag: asked.Tag, remark: asked.Remark }),
    ip: freePublicIp(scope),
    operator: asked.OperatorName,
    bandwidth: package_?.bandwidth ?? asked.Bandwidth,
    chargeType: asked.ChargeType,
    expires: paidUntil(scope.now, asked),
    payMode: package_ ? 'ShareBandwidth' : asked.PayMode,
    resourceType: '',
    resource: '',
    shareBandwidth: package_?.id ?? '',
  });
}

/** Addresses are unique in the whole cloud: each starts somewhere else in the pool, and walks. */
function freePublicIp(scope: Scope): string {
  const taken = scope.addresses();
  const { base } = scope.publicPool;
  const size = sizeOf(scope.publicPool) - 2;
  for (let step = 0, at = scope.now + taken.size; step < size; step++, at++) {
    const ip = toIp(base + 1 + (at % size));
    if (!taken.has(ip)) return ip;
  }
  throw new Refusal(retCodes.eipQuota, 'No public address is left');
}

export const isFree = (eip: Eip): boolean => eip.resource === '';

/** @throws Refusal when it is bound already, or the resource has one of that line. */
export function bindEip(scope: Scope, eip: Eip, { type, id }: { readonly type: string; readonly id: string }): void {
  if (!isFree(eip)) throw new Refusal(retCodes.eipInUse, `EIP [${eip.id}] is in use by [${eip.resource}]`);
  if (type === 'uhost' && scope.owned('eip', id).some(({ operator }) => operator === eip.operator))
    throw new Refusal(retCodes.eipPresent, `[${id}] has an EIP of ${eip.operator} already`);
  scope.put('eip', { ...eip, resourceType: type, resource: id });
}

export function unbindEip(scope: Scope, eip: Eip): void {
  scope.put('eip', { ...eip, resourceType: '', resource: '' });
}

/** With the bandwidth that was bought for it. */
export function removeEip(scope: Scope, id: string): void {
  for (const bought of scope.owned('bandwidthPackage', id)) scope.remove('bandwidthPackage', bought.id);
  scope.remove('eip', id);
}

export function showEip(eip: Eip, scope: Scope): object {
  const host = eip.resourceType === 'uhost' ? scope.find('host', eip.resource) : undefined;
  const card = eip.resourceType === 'uni' ? scope.find('networkInterface', eip.resource) : undefined;
  const inner = host ?? card;
  return {
    EIPId: eip.id,
    Name: eip.name,
    Tag: eip.tag,
    Remark: eip.remark,
    Status: isFree(eip) ? 'free' : 'used',
    Bandwidth: eip.bandwidth,
    BandwidthType: eip.shareBandwidth === '' ? 0 : 1,
    ChargeType: eip.chargeType,
    PayMode: eip.payMode,
    CreateTime: inSeconds(eip.created),
    ExpireTime: inSeconds(eip.expires),
    Expire: false,
    Weight: eip.weight ?? DEFAULT_WEIGHT,
    EIPAddr: [{ IP: eip.ip, OperatorName: eip.operator }],
    Resource: { ...showHolder(eip, holderName(eip, scope)), ...(host ? subResource(firstCard(host)) : NO_SUB_RESOURCE) },
    ShareBandwidthSet: showPackage(eip, scope),
    EIPBinding: inner ? { EIP: eip.ip, PrivateIP: inner.ip, PrivateIPType: 'PrimaryIP' } : {},
  };
}

/** Both spellings of the id: the terraform provider's resources read one each. */
function showHolder({ id, resource, resourceType }: Eip, name: string): object {
  const holder = { ResourceID: resource, ResourceId: resource, ResourceType: resourceType, ResourceName: name };
  return { ...holder, EIPId: resource === '' ? '' : id };
}

const NO_SUB_RESOURCE = { SubResourceId: '', SubResourceName: '', SubResourceType: '' };
const HOLDERS = ['host', 'networkInterface', 'ulb', 'natGateway', 'vip'] as const;

/** Of whatever it is bound to. */
function holderName({ resource }: Eip, scope: Scope): string {
  for (const kind of HOLDERS) {
    const holder = scope.find(kind, resource);
    if (holder) return holder.name;
  }
  return '';
}

function showPackage({ shareBandwidth }: Eip, scope: Scope): object {
  const record = shareBandwidth === '' ? undefined : scope.find('shareBandwidth', shareBandwidth);
  return { ShareBandwidth: record?.bandwidth ?? 0, ShareBandwidthId: shareBandwidth, ShareBandwidthName: record?.name ?? '' };
}
