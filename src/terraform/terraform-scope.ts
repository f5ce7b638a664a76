import type { Context } from '../context.js';
import type { ChildEnvironment } from '@nomadctl/base/secret/secret';
import type { Root } from './root.js';
import type { Hint } from '@nomadctl/base/hint/hint';

export interface TerraformProgram {
  /** `terraform`, or `tofu` in its place. */
  readonly program: string;
  readonly path: string;
  readonly version: string;
}

/** What running terraform in one root takes. */
export interface TerraformScope {
  readonly ctx: TerraformContext;
  readonly root: Root;
  readonly terraform: TerraformProgram;
  /** Keys and `TF_VAR_…`, which are in no file. */
  readonly env: ChildEnvironment;
  /** Progress, for people. */
  readonly line: (text: string) => void;
  /** For the log only. */
  readonly log: (text: string) => void;
  /** UCloud's address, for messages. */
  readonly baseUrl: string;
  /** The command that continues after a failure. */
  readonly next: Hint;
  readonly detour?: Detour;
  /** What the provider keeps in the state although nobody needs it there. */
  readonly unkept?: readonly StateValue[];
}

/** An attribute of all resources of a type, as in `ucloud_instance`, `root_password`. */
export interface StateValue {
  readonly type: string;
  readonly attribute: string;
}

/** Another way for a root's provider to its cloud, for runs that the cloud throttles. */
export interface Detour {
  /** Runs from now on take it. */
  take(): Promise<void>;
  /** What they are told instead of the root's own values; nothing before `take`. No secret: it is seen in the list of processes. */
  variables(): Readonly<Record<string, string>>;
}

export type TerraformContext = Pick<Context, 'exec' | 'env' | 'clock' | 'signal' | 'paths' | 'redact'>;
