import { open, readFile, rm } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import type { Context } from '../context.js';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import type { ChildEnvironment } from '@nomadctl/base/secret/secret';
import { passedOnEnv } from './passed-on-env.js';

/** Terraform, or OpenTofu in its place: what both understand. https://developer.hashicorp.com/terraform/cli/commands */
export const terraformArgv = {
  /** @param reconfigure takes the backend as it is written now; it moves no state, and asks nothing */
  init: ({ reconfigure = false } = {}): string[] => ['init', '-input=false', '-no-color', ...(reconfigure ? ['-reconfigure'] : [])],
  plan: ({ file, destroy = false, replace = [], target = [], refresh = true, variables = {} }: PlanRequest): string[] => [
    'plan',
    ...COMMON,
    '-detailed-exitcode',
    `-out=${file}`,
    ...(destroy ? ['-destroy'] : []),
    ...(refresh ? [] : ['-refresh=false']),
    ...replace.map((address) => `-replace=${address}`),
    ...target.map((address) => `-target=${address}`),
    ...variableArgv(variables),
  ],
  /** Only ever what was planned and saved. */
  apply: (file: string): string[] => ['apply', ...COMMON, file],
  statePush: (file: string): string[] => ['state', 'push', `-lock-timeout=${LOCK_TIMEOUT}`, file],
  stateRemove: (address: string): string[] => ['state', 'rm', `-lock-timeout=${LOCK_TIMEOUT}`, `-backup=${BACKUP}`, address],
  import: (address: string, id: string, variables: Variables = {}): string[] => [
    ...['import', '-input=false', '-no-color', `-lock-timeout=${LOCK_TIMEOUT}`],
    ...variableArgv(variables),
    ...[address, id],
  ],
} as const;

/** Values that go before those of files. No secret: they are seen in the list of processes. */
type Variables = Readonly<Record<string, string>>;

const variableArgv = (variables: Variables): string[] => Object.entries(variables).map(([name, value]) => `-var=${name}=${value}`);

export interface PlanRequest {
  /** Where the plan is kept. It holds the values of all variables: delete it when it was applied. */
  readonly file: string;
  readonly destroy?: boolean;
  /** Addresses of what is to be made anew although nothing of it changed. */
  readonly replace?: readonly string[];
  /** Nothing but these, and what they need. */
  readonly target?: readonly string[];
  /** False: plans from the state, without asking what is there. */
  readonly refresh?: boolean;
  /** The plan keeps them for its apply. */
  readonly variables?: Variables;
}

/** `plan -detailed-exitcode`: nothing to do, or something. */
export const PLAN_EXITS = [0, 2] as const;
export const SOMETHING_TO_DO = 2;

/** Somebody may be at work there by hand. */
const LOCK_TIMEOUT = '60s';
/** Where `apply` keeps the state before, too. By itself `state rm` makes a file of another name each time, and `-` does not keep it from that. */
const BACKUP = 'terraform.tfstate.backup';
const COMMON = ['-input=false', '-json', `-lock-timeout=${LOCK_TIMEOUT}`];

export interface TerraformCall {
  /** Path of the program. */
  readonly program: string;
  /** The root, which is also its working directory. */
  readonly folder: string;
  readonly argv: readonly string[];
  /** Besides what every child gets: keys, `TF_VAR_…`. */
  readonly env: ChildEnvironment;
  readonly accept?: readonly number[];
}

export interface LongCall extends TerraformCall {
  /** Who it is, for a later run: `becomeKnown` in `terraform/earlier-run.ts` reads it. */
  readonly processFile: string;
  /** What it says goes here, and from here to `onLine`. */
  readonly outputFile: string;
  readonly onLine: (line: string) => void;
}

type Tools = Pick<Context, 'exec' | 'env' | 'signal' | 'clock' | 'redact'>;

/** For what is over at once and changes nothing. Returns what it printed. */
export async function askTerraform(ctx: Pick<Tools, 'exec' | 'env' | 'signal'>, call: TerraformCall): Promise<string> {
  const { stdout } = await ctx.exec.run(call.program, call.argv, {
    cwd: call.folder,
    env: environment(ctx.env, call.env),
    signal: ctx.signal,
    writesSecrets: true,
    ...(call.accept ? { accept: call.accept } : {}),
  });
  return stdout;
}

/**
 * For what takes long. It writes to a file instead of to us, and tells who it is before it begins: should we be killed, it
 * finishes what it does, keeps what it made in its state, and the next run waits for it. Interrupted, it gets one SIGINT
 * and as long as it needs. Returns its exit code.
 */
export async function runTerraform(ctx: Tools, call: LongCall): Promise<number> {
  await rm(call.outputFile, { force: true });
  const follower = follow(ctx, { ...call, onLine: (line) => call.onLine(ctx.redact(line)) });
  try {
    const { exitCode } = await ctx.exec.run(
      '/bin/sh',
      ['-c', BECOME_KNOWN, 'sh', call.processFile, call.outputFile, call.program, ...call.argv],
      {
        cwd: call.folder,
        env: environment(ctx.env, call.env),
        signal: ctx.signal,
        accept: call.accept ?? [0],
      },
    );
    return exitCode;
  } finally {
    await follower.end();
    await hideSecrets(ctx, call.outputFile);
  }
}

/** An error may quote a variable that no file may hold. */
async function hideSecrets({ redact }: Pick<Tools, 'redact'>, outputFile: string): Promise<void> {
  const said = await readFile(outputFile, 'utf8').catch(() => '');
  const redacted = redact(said);
  if (redacted !== said) await writeFileAtomic(outputFile, redacted);
}

/** `$1` is the process file, `$2` the output; the rest becomes the process. Without /proc, `ps` tells when it started. */
const BECOME_KNOWN = [
  'umask 077; file=$1 out=$2; shift 2;',
  'if [ -r /proc/$$/stat ]; then cat /proc/sys/kernel/random/boot_id /proc/$$/stat > "$file.tmp";',
  'else { echo ps; echo $$; } > "$file.tmp"; fi;',
  'mv "$file.tmp" "$file"; exec "$@" > "$out" 2>&1',
].join(' ');

/** Terraform's own settings of the user stay; questions and news from its maker do not. */
function environment(env: Context['env'], added: ChildEnvironment): ChildEnvironment {
  const own = Object.fromEntries(OWN_SETTINGS.map((name) => [name, env[name]]));
  return { ...passedOnEnv(env), ...own, CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_INPUT: '0', ...added };
}

const OWN_SETTINGS = [
  'TF_CLI_CONFIG_FILE',
  'TF_PLUGIN_CACHE_DIR',
  'TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE',
  'TF_LOG',
  'TF_LOG_PATH',
];

const POLL_MS = 30;

/** Hands on each line of a file that grows. */
function follow({ clock }: Pick<Tools, 'clock'>, { outputFile, onLine }: LongCall): { end(): Promise<void> } {
  const stop = new AbortController();
  const decoder = new StringDecoder('utf8');
  let read = 0;
  let rest = '';
  const look = async (): Promise<void> => {
    const file = await open(outputFile).catch(() => undefined);
    if (!file) return;
    try {
      const chunk = Buffer.alloc(64 * 1024);
      for (;;) {
        const { bytesRead } = await file.read(chunk, 0, chunk.length, read);
        if (bytesRead === 0) return;
        read += bytesRead;
        const lines = (rest + decoder.write(chunk.subarray(0, bytesRead))).split('\n');
        rest = lines.pop() ?? '';
        lines.forEach(onLine);
      }
    } finally {
      await file.close();
    }
  };
  const following = (async () => {
    while (!stop.signal.aborted) {
      await look();
      await clock.sleep(POLL_MS, stop.signal).catch(() => undefined);
    }
  })();
  return {
    async end() {
      stop.abort();
      await following;
      await look();
      if (rest !== '') onLine(rest);
    },
  };
}
