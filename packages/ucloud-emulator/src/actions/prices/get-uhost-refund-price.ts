import { defineAction } from '../action.js';
import { id, periodOf } from '../../params/shared-params.js';
import { monthlyPriceOf } from '../../model/hosts/host-price.js';
import { someOf } from '../../params/param.js';
import type { Host } from '../../records/host.js';
import { kinds } from '../../records/kinds.js';
import { forPeriod } from '../../scope/prices.js';
import type { Scope } from '../../scope/scope.js';

export const getUhostRefundPrice = defineAction({
  name: 'GetUHostRefundPrice',
  summary: 'What would come back if hosts were deleted now: for the time that is paid and not used. Made-up prices.',
  params: { UHostIds: someOf(id(), { max: 100 }) },
  handle({ UHostIds }, scope) {
    const refund = (UHostId: string): object => {
      const host = scope.find('host', UHostId);
      return host ? { UHostId, Code: 0, RefundPrice: refundOf(host, scope) } : { UHostId, Code: kinds.host.notFound, RefundPrice: 0 };
    };
    return { RefundPriceSet: UHostIds.map(refund) };
  },
});

function refundOf(host: Host, scope: Scope): number {
  const periods = Math.max(0, host.expires - scope.now) / periodOf(host.chargeType);
  return Math.round(forPeriod(monthlyPriceOf(host, scope), host.chargeType) * periods * 100) / 100;
}
