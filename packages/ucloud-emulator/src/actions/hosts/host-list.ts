import type { ReadyAnswer } from '../action.js';
import { wholeAnswer } from '../answer-json.js';
import type { Host } from '../../records/host.js';
import type { Scope } from '../../scope/scope.js';
import { hostJson } from '../../model/host-view.js';

interface Kept {
  readonly total: number;
  readonly hosts: readonly string[];
  /** Nothing until the page is asked for again. */
  bytes?: Buffer;
}

/** As many pages as clients ask for by turns; each may be 150 KB long. */
const KEPT_PAGES = 8;
const kept: Kept[] = [];

/**
 * One page of a list of hosts, as DescribeUHostInstance answers it. Clients poll: as long as no host on it changes, the
 * very same bytes go out. They are made when a page is asked for a second time: who walks through thousands of hosts asks for
 * each page once, and bytes are outside of V8's heap, which it then collects as a whole again and again.
 */
export function hostList(hosts: readonly Host[], total: number, scope: Scope): ReadyAnswer {
  const items = hosts.map((host) => hostJson(host, scope));
  const index = kept.findIndex((page) => page.total === total && same(page.hosts, items));
  const [known] = index < 0 ? [] : kept.splice(index, 1);
  const page: Kept = known ?? { total, hosts: items };
  kept.unshift(page);
  kept.length = Math.min(kept.length, KEPT_PAGES);
  if (known) known.bytes ??= Buffer.from(listAnswer(known), 'latin1');
  return { answer: page.bytes ?? listAnswer(page) };
}

function listAnswer({ hosts, total }: Kept): string {
  return wholeAnswer('DescribeUHostInstance', `,"TotalCount":${total},"UHostSet":[${hosts.join(',')}]`);
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}
