export interface JobReport {
  readonly id: string;
  readonly namespace: string;
  readonly type: string;
  readonly status: string;
  readonly version: number;
  /** Nomad's index of its last registration or scaling. */
  readonly modifyIndex: number;
  /** Milliseconds since the epoch. */
  readonly submittedAt: number;
  readonly groups: readonly GroupReport[];
  readonly deployment: { readonly id: string; readonly version: number; readonly status: string; readonly description: string } | undefined;
  readonly allocations: readonly AllocationReport[];
  /** Newest first. */
  readonly events: readonly EventReport[];
}

export interface GroupReport {
  readonly name: string;
  readonly desired: number;
  readonly running: number;
  readonly healthy: number;
  readonly failed: number;
}

export interface AllocationReport {
  readonly id: string;
  readonly group: string;
  readonly node: string;
  readonly version: number;
  readonly status: string;
  readonly desired: string;
  readonly healthy: boolean | undefined;
  readonly restarts: number;
  readonly ports: Readonly<Record<string, number>>;
  readonly createdAt: number;
}

export interface EventReport {
  readonly at: number;
  readonly allocation: string;
  readonly task: string;
  readonly type: string;
  readonly text: string;
}
