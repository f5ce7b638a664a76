import { stepsFor } from '../engine/step.js';
import type { ConsulStore } from '../clients/consul/consul-store.js';
import type { ClusterConnection } from '../cluster/connection.js';
import type { MemberVolume } from './member-volumes.js';
import type { Operation } from './records.js';
import type { WriteRights } from './tenant-namespace.js';
import type { TenantTemplate } from './tenant-template.js';

/** What plans about a tenant are about. */
export interface TenantSubject {
  readonly connection: ClusterConnection;
  readonly tenants: TenantWork;
}

export interface TenantWork {
  readonly store: ConsulStore;
  readonly operation: Operation;
  /** Absent where what is asked for needs none: to destroy one whose template is gone. */
  readonly template?: TenantTemplate;
  readonly writeRights: WriteRights;
  /** Whether Consul and Nomad ask for tokens. */
  readonly isEnforced: boolean;
}

/** What their steps hand on. */
export interface TenantsState {
  /** By job, a volume for each member. */
  volumes: Readonly<Record<string, readonly MemberVolume[]>>;
}

export const { defineStep } = stepsFor<TenantSubject, TenantsState>();
