import { isAbort, NomadctlError } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';
import { passedOnEnv } from '../tools/passed-on-env.js';
import { quietGo } from './quiet-go.js';
import { cachedAnswer, rememberAnswer } from './probe-cache.js';
import type { ToolContext } from '../tools/tool-context.js';

/** How a program is asked for its version, and where the version stands in its answer. */
interface VersionQuestion {
  readonly argv: readonly string[];
  readonly pattern: RegExp;
}

const questions = {
  consul: { argv: ['version'], pattern: /^Consul v(\S+)/m },
  nomad: { argv: ['version'], pattern: /^Nomad v(\S+)/m },
  packer: { argv: ['version'], pattern: /^Packer v(\S+)/m },
  terraform: { argv: ['version'], pattern: /^Terraform v(\S+)/m },
  tofu: { argv: ['version'], pattern: /^OpenTofu v(\S+)/m },
  fabio: { argv: ['-v'], pattern: /^(\d\S*)/m },
  'consul-template': { argv: ['-version'], pattern: /^consul-template v(\S+)/m },
  rocketmq: { argv: ['version'], pattern: /^RocketMQ (\S+)/m },
  ferretdb: { argv: ['--version'], pattern: /^FerretDB v(\S+)/m },
  envoy: { argv: ['--version'], pattern: /\bversion: [0-9a-f]+\/([^/\s]+)/ },
  go: { argv: ['version'], pattern: /^go version go(\S+)/m },
  docker: { argv: ['--version'], pattern: /^Docker version ([^\s,]+)/m },
  'redis-server': { argv: ['--version'], pattern: /\bv=(\d\S*)/m },
  'redis-cli': { argv: ['--version'], pattern: /^\S+-cli (\d\S*)/m },
} as const satisfies Record<string, VersionQuestion>;

export type ProgramName = keyof typeof questions;

export type ProgramVersion = { readonly version: string } | { readonly problem: string };

/** Long enough for a cold disk under load; a program that takes longer waits for something. */
const ANSWER_MS = 15_000;

/** Asks a program for its version; what it answered last time counts while its file is the same. Throws only when aborted. */
export async function versionOfProgram(ctx: ToolContext, program: ProgramName, path: string): Promise<ProgramVersion> {
  const known = knownAnswer(ctx, path);
  if (known !== undefined) return { version: known };
  const asked = await askVersion(ctx, program, path);
  if ('version' in asked) await rememberAnswer(ctx, path, asked.version);
  return asked;
}

function knownAnswer(ctx: ToolContext, path: string): string | undefined {
  try {
    return cachedAnswer(ctx, path);
  } catch {
    return undefined;
  }
}

/** As `versionOfProgram`, without remembering: for a file that is not at its place yet. */
export async function askVersion(ctx: ToolContext, program: ProgramName, path: string): Promise<ProgramVersion> {
  const { argv, pattern } = questions[program];
  try {
    // CHECKPOINT_DISABLE: packer and terraform ask their maker for news otherwise.
    const env = { ...passedOnEnv(ctx.env), ...quietGo(ctx), CHECKPOINT_DISABLE: '1' };
    const { stdout } = await ctx.exec.run(path, argv, { env, signal: ctx.signal, timeoutMs: ANSWER_MS });
    const { versionIn } = await import('./version-in.js');
    const version = versionIn(stdout, pattern);
    return version ? { version } : { problem: `asked for its version it printed ${quoted(stdout)}` };
  } catch (error) {
    if (ctx.signal.aborted || isAbort(error)) throw error;
    const said = error instanceof NomadctlError ? error.why[0] : reasonOf(error);
    return { problem: `it does not run (${error instanceof NomadctlError ? error.message : ''}${said ? `: ${quoted(said)}` : ''})` };
  }
}

function quoted(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  const plain = line.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?').trim();
  return plain === '' ? 'nothing' : JSON.stringify(plain.length > 80 ? `${plain.slice(0, 80)}…` : plain);
}
