/** Where things can be. Zones of the regions that UCloud's documentation names; one zone for the others. */
export interface Region {
  readonly id: number;
  readonly name: string;
  readonly title: string;
  readonly zones: readonly string[];
}

const TITLES: readonly (readonly [name: string, title: string, zones?: readonly string[]])[] = [
  ['cn-bj2', '北京二', ['cn-bj2-02', 'cn-bj2-03', 'cn-bj2-04', 'cn-bj2-05']],
  ['cn-bj1', '北京一'],
  ['cn-wlcb', '华北(乌兰察布)', ['cn-wlcb-01', 'cn-wlcb-03']],
  ['cn-sh2', '上海二', ['cn-sh2-01', 'cn-sh2-02', 'cn-sh2-03']],
  ['cn-gd', '广州', ['cn-gd-02']],
  ['hk', '香港', ['hk-01', 'hk-02', 'hk-03']],
  ['tw-tp', '台北'],
  ['sg', '新加坡', ['sg-01', 'sg-02']],
  ['jpn-tky', '东京'],
  ['kr-seoul', '首尔'],
  ['th-bkk', '曼谷'],
  ['idn-jakarta', '雅加达'],
  ['vn-sng', '胡志明市'],
  ['ph-mnl', '马尼拉'],
  ['ind-mumbai', '孟买'],
  ['us-ca', '洛杉矶'],
  ['us-ws', '华盛顿'],
  ['ge-fra', '法兰克福'],
  ['uk-london', '伦敦'],
  ['uae-dubai', '迪拜'],
  ['bra-saopaulo', '圣保罗'],
  ['afr-nigeria', '拉各斯'],
];

export const regions: readonly Region[] = TITLES.map(([name, title, zones], index) => ({
  id: 1000001 + index,
  name,
  title,
  zones: zones ?? [`${name}-01`],
}));

export function findRegion(name: string): Region | undefined {
  return regions.find((region) => region.name === name);
}

export const DEFAULT_REGION = 'cn-bj2';

/** UCloud also numbers its zones; 0: of a region. */
export function zoneNumber(zone = ''): number {
  const region = regions.find(({ zones }) => zones.includes(zone));
  return region ? (region.id % 1_000_000) * 1000 + Number(zone.slice(region.name.length + 1)) : 0;
}
