import { randomBytes } from 'node:crypto';
import type { ConsulStore } from '../clients/consul/consul-store.js';
import { AUDIT } from './records.js';
import { bytesOf, listRecords } from './tenant-store.js';

/** Who asked the controller for what, and what came of it. Look-ups are left out. */
export interface AuditEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly customer: string;
  readonly action: 'create' | 'scale' | 'destroy' | 'credentials';
  readonly tenant: string;
  /** Address of whoever asked. */
  readonly from: string;
  /** HTTP status of the answer. */
  readonly status: number;
  readonly operation?: string;
  /** Why it was refused. */
  readonly refusal?: string;
}

const KEPT = 5000;

/** Kept by the cluster, so that all replicas write one log. */
export async function writeAudit(store: ConsulStore, entry: AuditEntry, signal: AbortSignal): Promise<void> {
  const key = `${AUDIT}${entry.at.toString(36).padStart(9, '0')}-${randomBytes(4).toString('hex')}`;
  await store.write(key, bytesOf(entry), { index: 0, signal });
}

/** The oldest first. */
export function readAudit(store: ConsulStore, signal: AbortSignal): Promise<AuditEntry[]> {
  return listRecords(store, AUDIT, signal);
}

/** Forgets the oldest, beyond 5000. */
export async function pruneAudit(store: ConsulStore, signal: AbortSignal): Promise<void> {
  const keys = (await store.keys(AUDIT, signal)).sort();
  for (const key of keys.slice(0, Math.max(0, keys.length - KEPT))) await store.remove(key, { signal });
}
