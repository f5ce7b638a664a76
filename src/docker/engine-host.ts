import type { HostShell } from '../machines/host-shell.js';

/** A computer with a docker engine, and a way to it. */
export interface EngineHost {
  readonly name: string;
  readonly shell: HostShell;
  /** Whether it is this computer. */
  readonly isHere: boolean;
  /** Where others reach it, besides what it says itself. */
  readonly reachedAt?: readonly string[];
}
