import type { GivenCommand } from '@nomadctl/base/hint/given-command';
import type { Paths } from '@nomadctl/base/paths';
import type { Redactor } from '@nomadctl/base/redact';
import type { Clock } from '@nomadctl/base/clock';
import type { Exec } from './tools/exec.js';
import type { NamedPrograms } from './tools/named-program.js';
import type { Ui } from './ui/ui.js';

/**
 * Everything of the outside world that code below `main.ts` may touch. Built once in `main.ts`, and in `test/helpers/`.
 * Pass it on as a whole; a function that needs one member takes that member.
 */
export interface Context {
  readonly ui: Ui;
  readonly exec: Exec;
  readonly clock: Clock;
  /** The process's environment; nothing else reads `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly paths: Paths;
  /** Programs that are named by their path. */
  readonly programs: NamedPrograms;
  readonly redact: Redactor;
  /** Aborted at the first Ctrl-C, SIGTERM, SIGHUP or broken pipe. The reason is an `AbortError`. */
  readonly signal: AbortSignal;
  readonly platform: NodeJS.Platform;
  /** Node's name of the processor: `x64`, `arm64`. */
  readonly arch: string;
  /** Flags that every command has. */
  readonly global: GlobalFlags;
  /** The command that runs, for hints; what is found out about it on the way is added. */
  readonly given: GivenCommand;
}

export interface GlobalFlags {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Agree to every confirmation. */
  readonly yes: boolean;
  /** `--cluster`, when it was given. */
  readonly cluster: string | undefined;
}
