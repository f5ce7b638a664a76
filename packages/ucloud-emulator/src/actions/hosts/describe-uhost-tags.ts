import { defineAction } from '../action.js';

export const describeUhostTags = defineAction({
  name: 'DescribeUHostTags',
  summary: 'Lists the tags that hosts have, by zone, and how many have each.',
  params: {},
  handle(_params, scope) {
    const counts = new Map<string, { readonly Tag: string; readonly Zone: string; TotalCount: number }>();
    for (const { tag, zone } of scope.select('host')) {
      const key = `${zone}/${tag}`;
      const entry = counts.get(key) ?? { Tag: tag, Zone: zone, TotalCount: 0 };
      entry.TotalCount++;
      counts.set(key, entry);
    }
    return { TotalCount: counts.size, TagSet: [...counts.values()] };
  },
});
