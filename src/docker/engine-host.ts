import type { HostShell } from '../machines/host-shell.js';
import type { EngineId } from './tls/engine-records.js';

/** A computer with a docker engine, and a way to it. */
export interface EngineHost {
  readonly name: string;
  readonly shell: HostShell;
  /** Whether it is this computer. */
  readonly isHere: boolean;
  /** Which node of which cluster, where it is one. */
  readonly engine?: EngineId;
  /** Where others reach it, besides what it says itself. */
  readonly reachedAt?: readonly string[];
}
