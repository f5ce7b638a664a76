import type { RunOwner } from '../state/lock/run-owner.js';

/*
 * What the cluster itself keeps of its tenants, in Consul below one prefix: two operators, and every replica of the controller, see the
 * same. No secret is among it: passwords are variables of Nomad, and of customers' tokens only hashes are here.
 */

export const PREFIX = 'nomadctl-tenants/';
export const TENANTS = `${PREFIX}tenants/`;
export const OPERATIONS = `${PREFIX}operations/`;
export const CUSTOMERS = `${PREFIX}customers/`;
export const REQUESTS = `${PREFIX}requests/`;
export const LOCKS = `${PREFIX}locks/`;
export const AUDIT = `${PREFIX}audit/`;
export const LEADER = `${PREFIX}leader`;

/** `creating` also while it is made whole again. */
export type TenantState = 'creating' | 'ready' | 'scaling' | 'destroying';

export interface TenantRecord {
  readonly name: string;
  readonly template: string;
  /** Whose it is; absent: an operator's. */
  readonly customer?: string;
  readonly members: number;
  /** `name=value` of variables of the template, as they were given. */
  readonly variables: readonly string[];
  readonly state: TenantState;
  /** The one that was accepted last. */
  readonly operation: string;
  /** Milliseconds since the epoch. */
  readonly made: number;
}

export type OperationKind = 'create' | 'scale' | 'destroy';

export interface Operation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly tenant: string;
  readonly template: string;
  readonly members: number;
  readonly variables: readonly string[];
  readonly customer?: string;
  /** Who asked: `user@host`, or `customer NAME`. */
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly asked: number;
  readonly state: 'queued' | 'running' | 'succeeded' | 'failed';
  /** What it is at, in a few words. */
  readonly step?: string;
  /** The process that is at it, or was. */
  readonly owner?: RunOwner;
  readonly started?: number;
  readonly ended?: number;
  readonly error?: OperationError;
}

/** A failure in its three parts. */
export interface OperationError {
  readonly code: string;
  readonly message: string;
  readonly why: readonly string[];
  readonly next?: string;
}

export interface CustomerRecord {
  readonly name: string;
  /** How many tenants it may have at a time. */
  readonly quota: number;
  /** Those that it has. */
  readonly tenants: readonly string[];
  /** SHA-256 of its tokens, in hex; they are 256 random bits, so nothing is gained by a slower hash. */
  readonly tokens: readonly string[];
  readonly made: number;
}

/** What an idempotency key stands for. */
export interface RequestRecord {
  readonly operation: string;
  /** Of what was asked: the same key for something else is refused. */
  readonly fingerprint: string;
  readonly asked: number;
}

export function isEnded({ state }: Pick<Operation, 'state'>): boolean {
  return state === 'succeeded' || state === 'failed';
}
