import type { Context } from '../context.js';
import { passedOnEnv } from './passed-on-env.js';
import { runBriefly } from './run-briefly.js';

/**
 * The nomad program as a reader of job files: `nomad job run -output` parses with Nomad's own parser, reads the files that a
 * job file names relative to the folder it runs in, and asks no agent.
 * https://developer.hashicorp.com/nomad/docs/commands/job/run, `JobGetter` in command/helpers.go of its source
 */
export interface JobReading {
  /** Path of the program. */
  readonly program: string;
  /** The job file. It goes in on standard input, so that Nomad calls it `stdin` and no other file can be meant by that. */
  readonly text: string;
  /** Where functions such as `file` look. Default: where we stand. */
  readonly folder?: string | undefined;
  /** As Nomad's API takes it, instead of HCL. Takes no variables. */
  readonly json?: boolean;
  /** Whether a value for a variable that is not declared is an error. Nomad's own default is yes. */
  readonly strict?: boolean;
  /** By name, for `NOMAD_VAR_name`: files and arguments override them, and nobody else can see them. */
  readonly inEnvironment?: Readonly<Record<string, string>>;
  /** `name=value`, visible in the list of processes. */
  readonly inArguments?: readonly string[];
  /** Paths of variable files. */
  readonly files?: readonly string[];
}

/** The job as Nomad's API takes it, or what Nomad says against the file. */
export type JobReadingResult = { readonly job: unknown } | { readonly said: string };

export const VARIABLE_PREFIX = 'NOMAD_VAR_';

type Tools = Pick<Context, 'env' | 'signal'>;

/** @throws ToolError when the program cannot be run */
export async function readJobWithNomad(ctx: Tools, reading: JobReading): Promise<JobReadingResult> {
  const { program, text, folder, json = false, strict = true, inEnvironment = {}, inArguments = [], files = [] } = reading;
  const argv = [
    'job',
    'run',
    '-output',
    ...(json ? ['-json'] : [`-hcl2-strict=${strict}`]),
    ...inArguments.map((word) => `-var=${word}`),
    ...files.map((file) => `-var-file=${file}`),
    '-',
  ];
  const variables = Object.entries(inEnvironment).map(([name, value]) => [`${VARIABLE_PREFIX}${name}`, value]);
  const { stdout, stderr, exitCode } = await runBriefly(program, argv, {
    cwd: folder,
    env: { ...passedOnEnv(ctx.env), ...(Object.fromEntries(variables) as Record<string, string>) },
    stdin: text,
    accept: [0, 1],
    signal: ctx.signal,
  });
  return exitCode === 0 ? { job: (JSON.parse(stdout) as { Job: unknown }).Job } : { said: stderr };
}
