import type { Balancer } from './balancer.js';
import { fabio } from './fabio.js';
import { haproxy } from './haproxy.js';
import { nginx } from './nginx.js';

/** By the job of the catalogue. A new one is a file beside this and a line here. */
export const balancers = { nginx, haproxy, fabio } as const satisfies Readonly<Record<string, Balancer>>;

export type BalancerName = keyof typeof balancers;

export const balancerNames = Object.keys(balancers) as readonly BalancerName[];
