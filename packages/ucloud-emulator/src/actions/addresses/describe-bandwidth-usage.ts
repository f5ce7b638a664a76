import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { integer, list, withDefault } from '../../params/param.js';
import { page, paging } from '../../params/answer-values.js';

const seconds = () => integer({ min: 0, max: 100_000_000_000 });

export const describeBandwidthUsage = defineAction({
  name: 'DescribeBandwidthUsage',
  summary: 'How much bandwidth public addresses use. What passes is not counted here: none.',
  // UCloud spells the offset so.
  params: { EIPIds: list(id()), BeginTime: seconds(), EndTime: seconds(), Limit: paging.Limit, OffSet: withDefault(seconds(), 0) },
  handle({ EIPIds, Limit, OffSet }, scope) {
    const found = scope.named('eip', EIPIds);
    return {
      TotalCount: found.length,
      EIPSet: page(found, { Limit, Offset: OffSet }).map((eip) => ({ EIPId: eip.id, CurBandwidth: 0 })),
    };
  },
});
