import { defineAction } from '../action.js';
import { neededId } from '../../params/shared-params.js';

export const deleteBandwidthPackage = defineAction({
  name: 'DeleteBandwidthPackage',
  summary: 'Ends the bandwidth that was bought for a while.',
  params: { BandwidthPackageId: neededId() },
  handle({ BandwidthPackageId }, scope) {
    scope.need('bandwidthPackage', BandwidthPackageId);
    scope.remove('bandwidthPackage', BandwidthPackageId);
  },
});
