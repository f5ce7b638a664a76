import type { Resource } from './resource.js';

/** Sent and answered as `PROTOCOL|PORT|CIDR|ACTION|PRIORITY|REMARK`. */
export type FirewallRule = string;

export interface Firewall extends Resource {
  readonly type: 'user defined' | 'recommend web' | 'recommend non web';
  readonly rules: readonly FirewallRule[];
}
