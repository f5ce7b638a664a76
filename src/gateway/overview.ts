/** What the overview shows of a cluster. Absent members could not be observed. */
export interface Overview {
  readonly cluster: string;
  /** "on this computer, 1 server, 2 clients". */
  readonly place: string;
  readonly nodes: readonly OverviewNode[];
  readonly consulLeader?: string | undefined;
  readonly nomadLeader?: string | undefined;
  readonly jobs?: readonly OverviewJob[] | undefined;
  /** Those that end within a third of their life, or have ended; a sentence each. */
  readonly endingCertificates: readonly string[];
  /** What is not as it should be, a sentence each. */
  readonly remarks: readonly string[];
  /** Risks that somebody has agreed to, a sentence each. */
  readonly cautions: readonly string[];
}

export interface OverviewNode {
  readonly name: string;
  readonly address: string;
  readonly agents: readonly { readonly name: string; readonly state: string }[];
  /** "ready, eligible"; absent where Nomad knows no such node or does not answer. */
  readonly nomad?: string | undefined;
  /** Whether all of that is as it should be. */
  readonly isWell: boolean;
}

export interface OverviewJob {
  readonly id: string;
  readonly namespace: string;
  readonly type: string;
  readonly status: string;
  /** "2 of 2". */
  readonly running: string;
  readonly isWell: boolean;
}
