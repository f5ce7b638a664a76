import type { Hint } from '@nomadctl/base/hint/hint';
import type { ClusterConnection } from '../cluster/connection.js';
import type { Context } from '../context.js';

/** A place where bootstrappers can live. Commands and steps are written against this and nothing else. */
export interface BootstrapPlace {
  /** `--on` has it. */
  readonly id: string;
  /** Those beside `--on`. */
  readonly flags: readonly PlaceFlag[];
  /** Looks at nothing that the purpose does not ask for. */
  open(request: PlaceRequest, ctx: Context): Promise<Bootstrapper>;
}

/** A flag of a place; two places may share one, with one meaning. */
export interface PlaceFlag {
  /** As commander spells it: `--image <name>`. */
  readonly flag: string;
  readonly summary: string;
  readonly choices?: readonly string[];
  /** It says which bootstrapper is meant: looking takes it, too, and the jump host remembers it. */
  readonly says?: 'where';
}

export interface PlaceRequest {
  readonly cluster: string;
  /** `destroy`: what has made a cluster takes it down, a newer nomadctl is none of its business. `look`: nothing is made. */
  readonly purpose: 'up' | 'destroy' | 'look';
  /** The value of a flag, by its name without dashes. */
  flag(name: string): string | undefined;
  /** A cluster of nomadctl's that runs. Without a name: the current one. */
  connect(name: string | undefined): Promise<ClusterConnection>;
}

/** The bootstrapper of a cluster, whether it is there or not: what differs from place to place. */
export interface Bootstrapper {
  /** The place's id. */
  readonly on: string;
  /** Values of the flags that say where, by their names: the jump host remembers them. */
  readonly place: Readonly<Record<string, string>>;
  /** `in docker`, `on Nomad of cluster ops`. */
  readonly where: string;
  /** What carries it: `container`, `job`. */
  readonly noun: string;
  /** Of that, and of its volume. */
  readonly name: string;
  /** What it is made from, in a word. */
  readonly madeOf: string;
  /** Where all that it said is read. */
  readonly logs: Hint;
  /** Between two looks, where one costs more than a request. Default: 500. */
  readonly pauseMs?: number;
  /** Whether what it is made from is at hand. */
  isProvided(): Promise<boolean>;
  provide(report: (text: string) => void): Promise<void>;
  find(): Promise<FoundBootstrapper | undefined>;
  /** Whether the one that is there is what would be made now. */
  isCurrent(): Promise<boolean>;
  hasVolume(): Promise<boolean>;
  /** The volume where there is none, then what carries it, in place of one that is made otherwise. It reads what was delivered. */
  make(report: (text: string) => void): Promise<void>;
  /** What `make` would change, in lines, where the place itself can say so beforehand. */
  changes?(): Promise<readonly string[]>;
  /** Comes back when nothing of it runs. */
  remove(): Promise<void>;
  /** With everything on it. Only after `remove`. */
  removeVolume(): Promise<void>;
  /** What is still there after that, by the rules of the place, and what removes it. */
  left?(): Promise<{ readonly what: string; readonly remove: Hint } | undefined>;
  read(path: string): Promise<VolumeFile>;
  /** Writes a file of the volume, 0600. It holds secrets: they are in no argument and in no record of the place. */
  write(path: string, text: string): Promise<void>;
  /** Has it begin anew: it reads what was delivered last. */
  restart(report: (text: string) => void): Promise<void>;
}

/** A look at a file of the volume. */
export interface VolumeFile {
  /** Nobody can look at the volume now. */
  readonly isUnseen?: true;
  /** Absent where there is no such file. */
  readonly text?: string;
}

export interface FoundBootstrapper {
  /** In the place's own words: running, restarting, pending... */
  readonly status: string;
  readonly isRunning: boolean;
  /** It was stopped, and does not come back by itself. */
  readonly isOver: boolean;
}

/** Between two looks at a bootstrapper. A volume tells nobody that a file of it has changed. */
export const pauseOf = ({ pauseMs = 500 }: Pick<Bootstrapper, 'pauseMs'>): number => pauseMs;

/** Of a bootstrapper, and of its volume. */
export const nameOf = (cluster: string): string => `nomadctl-bootstrap-${cluster}`;
