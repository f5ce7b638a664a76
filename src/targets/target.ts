import type { ChildEnvironment, Secret } from '@nomadctl/base/secret/secret';
import type { Context } from '../context.js';
import type { Plan } from '../engine/step.js';
import type { Conflict } from '../options/conflict.js';
import type { Interview, InterviewRequest } from '../options/interview.js';
import type { OptionTable, Settings } from '../options/option.js';
import type { ClusterPaths } from '@nomadctl/base/paths';
import type { Finding } from '../programs/doctor/finding.js';
import type { ClusterConnection } from '../cluster/connection.js';
import type { CommandAgain, Hint } from '@nomadctl/base/hint/hint';
import type { HostShell } from '../machines/host-shell.js';
import type { Reach } from '../exposure/exposure.js';
import type { RotationKind } from '../security/rotation/rotation.js';
import type { ClusterReport } from './cluster-report.js';

/** A cluster as its file describes it. */
export interface Cluster<Table extends OptionTable = OptionTable> {
  readonly name: string;
  readonly target: string;
  readonly settings: Settings<Table>;
  readonly paths: ClusterPaths;
}

/** What the plans of a target are about. */
export interface ClusterSubject<Table extends OptionTable = OptionTable> {
  readonly cluster: Cluster<Table>;
}

/** How a program is reached on a node. */
export interface NodeProgram {
  readonly file: string;
  readonly argv: readonly string[];
  readonly env: ChildEnvironment;
  readonly cwd: string;
}

/** What an `up` shall do besides bringing the cluster to what its file says. */
export interface UpOptions {
  /** Make hosts anew that are made from something else than new ones would be. */
  readonly replace: boolean;
  /** Make these anew in any case. */
  readonly replaceHosts: readonly string[];
  /** A cluster that becomes secure is closed also to jobs that were not deployed again. */
  readonly leaveJobs: boolean;
}

/** What `up` would make of a cluster that is there and runs, so that somebody has to agree to it. */
export interface Upgrade {
  /** "cluster dev becomes secure, for good". */
  readonly summary: string;
  /** What happens meanwhile, a sentence each. */
  readonly lines: readonly string[];
  /** Whether something of the cluster runs, so that it can be asked for its jobs. */
  readonly isRunning: boolean;
}

/** What somebody has to agree to before `up` makes a cluster. */
export interface Agreement {
  /** "cluster dev would do what anybody asks". */
  readonly summary: string;
  readonly warning: string;
  readonly question: string;
  /** Flags with which nobody has to agree to anything. */
  readonly instead: CommandAgain['again'];
}

/** How a cluster is to be taken down. */
export interface DownOptions {
  /** Stop everything, and keep data and jobs for the next `up`. */
  readonly keepData: boolean;
  /** Also wait until the network can be deleted, and delete it; at most so many milliseconds. */
  readonly waitNetwork: boolean;
  readonly timeoutMs?: number;
  /** Remove whatever else is left of the cluster, too. */
  readonly prune: boolean;
}

/** How something of a cluster is made anew, and what of its agents that takes. */
export interface RotationPlan<Table extends OptionTable = OptionTable, State extends object = object> {
  readonly plan: Plan<ClusterSubject<Table>, State>;
  /** `nomad on client-1`: those that are started anew, in their order. What they run goes on. */
  readonly restarted: readonly string[];
  /** Those that read their files anew while they run. */
  readonly reloaded: readonly string[];
}

/** What a `down` would destroy, beyond recovery: somebody has to agree to it. */
export interface Destruction {
  /** "9 hosts, 9 addresses, 2 networks". */
  readonly summary: string;
  /** "about ¥1.93 an hour, ¥1,409 a month". */
  readonly cost?: string;
}

/** What a successful `down` leaves behind. While something is left, the cluster stays in the list. */
export interface Leftovers {
  /** A sentence each. */
  readonly lines: readonly string[];
  /** The command that finishes the job. */
  readonly next?: Hint;
  /** For `list`: "network". */
  readonly pending?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Where the log of an agent is: a file here, or what a program prints. */
export type LogSource =
  | { readonly agent: string; readonly path: string }
  | { readonly agent: string; program(options: { readonly lines: number; readonly follow: boolean }): NodeProgram };

type Eventually<Value> = Value | Promise<Value>;

/** A place where a cluster can live. Commands are written against this and nothing else. */
export interface Target<Table extends OptionTable = OptionTable, State extends object = object> {
  readonly id: string;
  /** As `init` offers it: "This computer". */
  readonly title: string;
  readonly options: Table;
  /** "1 server, 2 clients". */
  describe(settings: Settings<Table>): string;
  /** Conflicts between settings that are each valid alone. Some settings may still be missing. All such rules are here. */
  check?(settings: Partial<Settings<Table>>, cluster: { readonly name: string; readonly file?: string }): readonly Conflict[];
  /** By key: with what a cluster that is there was made, where a default of today must not make another one of it. Reads files only. */
  made?(paths: ClusterPaths): Eventually<Partial<Settings<Table>>>;
  /** @throws when an existing cluster cannot take these settings. Reads files of this computer only. */
  refuseChange?(cluster: Pick<Cluster<Table>, 'name' | 'paths' | 'settings'>): Promise<void>;
  /** Warnings that every `up` repeats, a sentence each: risks that the user has agreed to. */
  cautions?(settings: Settings<Table>): Eventually<readonly string[]>;
  /** What has to be agreed to before the cluster is made; nothing when it is there, or there is nothing to fear. */
  agreement?(cluster: Cluster<Table>): Eventually<Agreement | undefined>;
  /** The command that secures a cluster which is there and keeps nobody out; nothing of any other. */
  securedBy?(cluster: Cluster<Table>): Eventually<Hint | undefined>;
  /** What an `up` with these settings would make of a cluster that is there. Nothing: nobody has to agree. */
  upgrade?(cluster: Cluster<Table>, state: Partial<State>): Eventually<Upgrade | undefined>;
  /** What holds of a cluster whose upgrade was begun and is not at its end, in a sentence; nothing of any other. */
  halfway?(cluster: Pick<Cluster<Table>, 'paths'>): Eventually<string | undefined>;
  /** What comes after these settings were changed; nothing where that is `up`. */
  afterSetting?(cluster: string, keys: readonly string[]): Hint | undefined;
  /** Asks the questions of `init`, with choices looked up at the target, in place of those of the option table. */
  interview?(request: InterviewRequest<Table>, ctx: Context): Promise<Interview>;
  /** Whether its nodes are hosts made for the cluster, rather than this computer. */
  readonly ownHosts?: boolean;
  /** Whether hosts keep what they were made from until `up --replace`. */
  readonly replacesHosts?: boolean;
  /** A target whose plans take long to load may load them here. */
  up(cluster: Cluster<Table>, options: UpOptions): Eventually<Plan<ClusterSubject<Table>, State>>;
  down(cluster: Cluster<Table>, options: DownOptions): Eventually<Plan<ClusterSubject<Table>, State>>;
  /** Gives a cluster its management tokens back. Absent: nomadctl does not reach into the data of its servers. */
  recover?(cluster: Cluster<Table>): Eventually<Plan<ClusterSubject<Table>, State>>;
  /** Who can reach what a job of its clusters exposes, the first where nothing is said. Absent: nothing can be exposed there. */
  reaches?(settings: Settings<Table>): readonly Reach[];
  /**
   * Opens and closes what leads from outside to the ingress of every client, as its state says what is exposed.
   * @param key of a certificate that the place does not have yet
   */
  expose?(cluster: Cluster<Table>, key?: Secret): Eventually<Plan<ClusterSubject<Table>, State>>;
  /**
   * Makes keys, certificates or tokens of a running cluster anew. Absent: its clusters have none.
   * @throws PrerequisiteError `cluster-not-up` or `no-access-control`; OutcomeError `rotation-unfinished` while another one is
   */
  rotate?(cluster: Cluster<Table>, state: Partial<State>, kind: RotationKind): Eventually<RotationPlan<Table, State>>;
  /** Which rotation was begun and has not ended. */
  unfinishedRotation?(state: Partial<State>): RotationKind | undefined;
  /** What `down` would destroy for good. Absent, or nothing: nobody is asked. */
  destruction?(cluster: Cluster<Table>, options: DownOptions, ctx: Context): Promise<Destruction | undefined>;
  /** Names in secrets.json that a taken-down cluster keeps while its file is kept. */
  readonly lastingSecrets?: readonly string[];
  /** What the last `down` left, from the state that its steps handed on; with commands as they go on after the one that was given. */
  leftovers?(cluster: Cluster<Table>, state: Partial<State>, given: Context['given']): Eventually<Leftovers | undefined>;
  /** How to reach the cluster, from the state that its steps handed on; undefined before the first `up`. */
  connection(cluster: Cluster<Table>, state: Partial<State>, ctx: Context): Eventually<ClusterConnection | undefined>;
  /** Orders the servers in the state so that one that answers comes first. Quick when the first one answers. */
  livingFirst?(cluster: Cluster<Table>, state: Partial<State>, ctx: Context): Promise<Partial<State>>;
  /** Observes the cluster itself, also when the journal is lost. Never throws for a part that does not answer. */
  report(cluster: Cluster<Table>, state: Partial<State>, ctx: Context): Promise<ClusterReport>;
  /** Prerequisites of this target on this computer; with a cluster, also what is wrong with it. */
  doctor(ctx: Context, cluster?: Cluster<Table>): Promise<readonly Finding[]>;
  /** What is wrong with terraform's states of a cluster, from files and, with `ask`, from its place. Absent: it makes nothing but jobs. */
  stateFindings?(ctx: Context, cluster: Cluster<Table>, how: { readonly ask: boolean }): Promise<readonly Finding[]>;
  /** A shell (no argv) or a program with the node's surroundings. */
  programOn(
    cluster: Cluster<Table>,
    state: Partial<State>,
    request: { node: string; argv: readonly string[]; ctx: Context },
  ): Promise<NodeProgram>;
  /** A program on this computer with the cluster's surroundings. Without it, as on the first node. */
  programHere?(cluster: Cluster<Table>, state: Partial<State>, request: { argv: readonly string[]; ctx: Context }): Promise<NodeProgram>;
  /**
   * A shell on a node, over one connection, with its address among the other nodes, and where more than those reach it. Absent: nodes
   * are this computer.
   */
  shellOn?(
    cluster: Cluster<Table>,
    state: Partial<State>,
    request: { node: string; ctx: Context; timeoutMs: number },
  ): Promise<{ readonly shell: HostShell; readonly address: string; readonly reachedAt: readonly string[] }>;
  /** Logs of a node's agents, for `logs`. */
  logFiles(cluster: Cluster<Table>, state: Partial<State>, request: { node: string; ctx: Context }): Promise<readonly LogSource[]>;
}
