import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';
import { integer, required } from '../../params/param.js';
import { invalid } from '../../params/refusal.js';

const HOUR = 3_600_000;

export const createBandwidthPackage = defineAction({
  name: 'CreateBandwidthPackage',
  summary: 'Buys more bandwidth for a public address that is charged by bandwidth, for some hours.',
  params: {
    EIPId: neededId(),
    Bandwidth: required(integer({ min: 1, max: 800 })),
    TimeRange: required(integer({ min: 1, max: 8760 })),
    EnableTime: integer({ min: 0, max: 100_000_000_000 }),
  },
  handle({ EIPId, Bandwidth, TimeRange, EnableTime }, scope) {
    const eip = scope.need('eip', EIPId);
    if (eip.payMode !== 'Bandwidth') throw invalid('EIPId', `${EIPId} is charged by ${eip.payMode}`);
    const from = EnableTime === undefined || EnableTime === 0 ? scope.now : EnableTime * 1000;
    const bought = scope.put('bandwidthPackage', {
      ...scope.create('bandwidthPackage', { name: eip.name }),
      ...{ eip: EIPId, bandwidth: Bandwidth, from, until: from + TimeRange * HOUR },
    });
    return { BandwidthPackageId: bought.id };
  },
});
