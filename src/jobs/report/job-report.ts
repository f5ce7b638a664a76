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
  readonly deployment: DeploymentReport | undefined;
  /** Groups of which two whole versions run side by side; absent without any. */
  readonly blueGreen?: readonly BlueGreenReport[];
  /** Of a periodic or parameterized job, which has no allocations of its own. */
  readonly parent: ParentReport | undefined;
  readonly allocations: readonly AllocationReport[];
  /** How many of them run, are about to, or may run where nobody can look. */
  readonly live: number;
  /** Newest first. */
  readonly events: readonly EventReport[];
  /** Services of Consul that cannot log in there, on a cluster that asks for it: they were registered before it did. */
  readonly withoutIdentity?: readonly string[];
  /** Services of which Consul has no token for each allocation that runs any more. */
  readonly withoutToken?: readonly string[];
}

export interface DeploymentReport {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly description: string;
  readonly groups: readonly DeploymentGroupReport[];
}

export interface DeploymentGroupReport {
  readonly name: string;
  readonly desired: number;
  readonly placed: number;
  readonly healthy: number;
  /** Allocations of the new version that wait for a promotion, or will; 0 without canaries and once they are promoted. */
  readonly canaries: number;
  /** A person says whether its allocations are healthy. */
  readonly manual: boolean;
  /** Something of it has no place and its deployment no deadline: it goes on until there is one, or until somebody ends it. */
  readonly endless: boolean;
}

/** A group with as many canaries as instances: blue is what ran before, green what is new. */
export interface BlueGreenReport {
  readonly group: string;
  readonly promoted: boolean;
  readonly blue: ColourReport;
  readonly green: ColourReport;
  /** By service and tag in Consul: how many healthy instances of each colour a balancer finds there. */
  readonly traffic: readonly TrafficReport[];
}

export interface ColourReport {
  readonly version: number;
  readonly healthy: number;
  readonly desired: number;
  /** Blue `stays` until a promotion and is `ending` after it; green is `coming`, `ready` for it, or `promoted`. */
  readonly state: 'stays' | 'ending' | 'coming' | 'ready' | 'promoted';
}

export interface TrafficReport {
  readonly service: string;
  /** Absent for a service without tags. */
  readonly tag?: string;
  readonly blue: number;
  readonly green: number;
}

export interface ParentReport {
  /** RFC 3339; absent when there is none. */
  readonly nextLaunch?: string;
  /** Runs that Nomad has not forgotten yet, and those of them that go on. */
  readonly runsKnown: number;
  readonly runsLive: number;
  /** The newest ones, newest first. */
  readonly runs: readonly RunReport[];
}

export interface RunReport {
  /** A job of its own, of which status and logs can be asked. */
  readonly id: string;
  readonly outcome: 'pending' | 'running' | 'complete' | 'failed' | 'stopped' | 'unknown';
  /** Milliseconds since the epoch. */
  readonly submittedAt: number;
  readonly allocations: readonly { readonly id: string; readonly group: string; readonly node: string; readonly status: string }[];
}

export interface GroupReport {
  readonly name: string;
  /** What the job says. */
  readonly count: number;
  /** Between which counts it may be scaled; absent ends are open. */
  readonly limits: { readonly min?: number; readonly max?: number };
  /** How many allocations there should be now. */
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
  /** By the port's label: where it is reached, `address:port`. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly createdAt: number;
}

export interface EventReport {
  readonly at: number;
  readonly allocation: string;
  readonly task: string;
  readonly type: string;
  readonly text: string;
}
