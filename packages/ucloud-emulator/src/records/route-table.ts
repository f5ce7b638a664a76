import type { Resource } from './resource.js';

export interface RouteTable extends Resource {
  readonly vpc: string;
  readonly isDefault: boolean;
  readonly rules: readonly RouteRule[];
}

export interface RouteRule {
  readonly id: string;
  readonly destination: string;
  readonly nexthopType: string;
  readonly nexthop: string;
  readonly priority: number;
  readonly remark: string;
}
