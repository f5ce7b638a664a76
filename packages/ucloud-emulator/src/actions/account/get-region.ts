import { defineAction } from '../action.js';
import { DEFAULT_REGION, regions } from '../../scope/regions.js';

export const getRegion = defineAction({
  name: 'GetRegion',
  summary: 'Lists regions, one entry for each zone.',
  params: {},
  global: true,
  handle: () => ({
    Regions: regions.flatMap(({ id, name, title, zones }) =>
      zones.map((zone) => ({
        RegionId: id,
        RegionName: title,
        IsDefault: name === DEFAULT_REGION,
        BitMaps: '1,2',
        Region: name,
        Zone: zone,
      })),
    ),
  }),
});
