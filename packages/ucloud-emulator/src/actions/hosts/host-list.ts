import type { ReadyAnswer } from '../action.js';
import { wholeAnswer } from '../answer-json.js';
import type { Host } from '../../records/host.js';
import type { Scope } from '../../scope/scope.js';
import { hostJson } from '../../model/host-view.js';

interface Kept extends ReadyAnswer {
  readonly total: number;
  readonly hosts: readonly string[];
}

/** As many pages as clients ask for by turns; each may be 150 KB long. */
const KEPT_PAGES = 8;
const kept: Kept[] = [];

/**
 * One page of a list of hosts, as DescribeUHostInstance answers it. Clients poll: as long as no host on it changes, the
 * very same bytes go out, made and copied once.
 */
export function hostList(hosts: readonly Host[], total: number, scope: Scope): ReadyAnswer {
  const items = hosts.map((host) => hostJson(host, scope));
  const index = kept.findIndex((page) => page.total === total && same(page.hosts, items));
  const page = kept.splice(index, index < 0 ? 0 : 1)[0] ?? { total, hosts: items, answer: listAnswer(items, total) };
  kept.unshift(page);
  kept.length = Math.min(kept.length, KEPT_PAGES);
  return page;
}

function listAnswer(hosts: readonly string[], total: number): Buffer {
  return Buffer.from(wholeAnswer('DescribeUHostInstance', `,"TotalCount":${total},"UHostSet":[${hosts.join(',')}]`), 'latin1');
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}
