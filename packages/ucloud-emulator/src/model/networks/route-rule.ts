import { randomBytes } from 'node:crypto';

export const newRuleId = (): string => `rtr-${randomBytes(4).toString('hex')}`;

const INSTANCES: Readonly<Record<string, string>> = { uhost: 'UHOST', uni: 'UNI' };

/** What kind of instance a next hop is; empty when it is none. */
export const instanceType = (nexthop: string): string => INSTANCES[nexthop.split('-', 1)[0] ?? ''] ?? '';
