import type { Context } from '../context.js';
import type { ClusterPaths } from '@nomadctl/base/paths';
import type { OptionTable, OptionValue } from './option.js';
import type { Resolution } from './resolve.js';
import type { Hint } from '@nomadctl/base/hint/hint';

/** What is known before a target asks its own questions. */
export interface InterviewRequest<Table extends OptionTable = OptionTable> {
  readonly cluster: string;
  readonly paths: ClusterPaths;
  /** Of flags, the environment and the cluster file. What flags and the environment say is settled. */
  readonly known: Resolution<Table>;
  /** False: the cluster has a file already. */
  readonly isNew: boolean;
  /** A file from elsewhere, which says what is wanted: only what cannot be done without is asked. */
  readonly from?: string;
}

/** What came of it. */
export interface Interview {
  /** By key: what was answered, and what was found out. */
  readonly answers: Readonly<Record<string, OptionValue>>;
  /** Lines to show at the end, such as the price. */
  readonly remarks: readonly string[];
  /** The command to run after `init`; without one: `up`. */
  readonly next?: Hint;
  /** For `--json`. */
  readonly facts?: Readonly<Record<string, unknown>>;
  /** Keeps what must not stand in the cluster file. Called once the file is written, and not with `--plan`. */
  keep?(): Promise<void>;
}

/**
 * The questions of a target whose choices have to be looked up: what the place offers, at what price. Without one the
 * option table's questions are asked as they stand.
 */
export type Interviewer<Table extends OptionTable = OptionTable> = (request: InterviewRequest<Table>, ctx: Context) => Promise<Interview>;
