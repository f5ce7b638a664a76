import { PrerequisiteError } from '@nomadctl/base/errors';
import { again, hint } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import { findProgram } from '../../programs/find-program.js';
import type { Conversation, RunResult } from '../../tools/exec.js';
import { passedOnEnv } from '../../tools/passed-on-env.js';
import type { KubeObject } from './kube-model.js';
import { refusalOf } from './kubectl-refusals.js';

export type KubectlContext = Pick<Context, 'exec' | 'env' | 'programs' | 'signal'>;

/** kubectl of the user, which knows contexts, certificates and login plugins; for one context and one namespace. */
export interface Kubectl {
  readonly context: string;
  readonly namespace: string;
  /** With context and namespace: for hints. */
  readonly words: readonly string[];
  /** @returns what it wrote. @throws what `refusalOf` makes of a refusal */
  run(argv: readonly string[], options?: KubectlOptions): Promise<string>;
  /** For those who tell refusals apart themselves. */
  try(argv: readonly string[], options?: KubectlOptions): Promise<RunResult>;
  get<T extends KubeObject>(kind: string, name: string): Promise<T | undefined>;
  /** All that have the labels, of several kinds: `pods,deployments`. */
  list(kinds: string, selector: string): Promise<readonly KubeObject[]>;
  /** Talks on for as long as it is listened to. */
  watch(kind: string, selector: string, signal: AbortSignal): Promise<Conversation>;
}

export interface KubectlOptions {
  /** Goes to its input: what is secret in it is in no argument. */
  readonly stdin?: string;
}

/** Where it finds contexts, and what login plugins of the large clouds ask for. */
const OF_KUBECTL = /^(KUBE|AWS_|AZURE_|ARM_|GOOGLE_|CLOUDSDK_|USE_GKE_|TENCENTCLOUD_|ALIBABA_CLOUD_)/;
/** A server that is away is one that swallows packets, too. */
const REQUEST_TIMEOUT = '--request-timeout=30s';
const ANY_CODE = Array.from({ length: 256 }, (_, code) => code);

/**
 * @param given names of `--context` and `--kube-namespace`. Without a context: kubectl's current one, by its name.
 * @throws PrerequisiteError `kubectl-missing`; UsageError `kube-context-unknown`
 */
export async function openKubectl(
  ctx: KubectlContext,
  { context: asked, namespace }: { readonly context: string | undefined; readonly namespace: string },
): Promise<Kubectl> {
  const program = await findProgram(ctx, 'kubectl');
  if (program === undefined) {
    throw new PrerequisiteError('kubectl is not on PATH', {
      code: 'kubectl-missing',
      why: 'a bootstrapper on Kubernetes is made by kubectl, which knows your clusters',
      next: hint`install kubectl, or name it: ${again({ kubectlBin: '<file>' })}`,
    });
  }
  const own = Object.entries(ctx.env).filter(([name]) => OF_KUBECTL.test(name));
  const env = { ...passedOnEnv(ctx.env), ...(Object.fromEntries(own) as Record<string, string>) };
  const ask = (argv: readonly string[], options: KubectlOptions = {}): Promise<RunResult> =>
    ctx.exec.run(program, argv, { env, signal: ctx.signal, accept: ANY_CODE, ...options });

  const minified = [
    'config',
    'view',
    '--minify',
    ...(asked === undefined ? [] : ['--context', asked]),
    '-o',
    'jsonpath={.current-context}',
  ];
  const found = await ask(minified);
  if (found.exitCode !== 0) throw refusalOf(found, { context: asked, namespace });
  const context = found.stdout.trim();
  const where = ['--context', context, '--namespace', namespace];

  const attempt = (argv: readonly string[], options?: KubectlOptions): Promise<RunResult> => ask([...where, ...argv], options);
  const run = async (argv: readonly string[], options?: KubectlOptions): Promise<string> => {
    const result = await attempt(argv, options);
    if (result.exitCode !== 0) throw refusalOf(result, { context, namespace });
    return result.stdout;
  };
  return {
    context,
    namespace,
    words: where,
    run,
    try: attempt,
    async get<T extends KubeObject>(kind: string, name: string) {
      const text = await run(['get', kind, name, '--ignore-not-found', '-o', 'json', REQUEST_TIMEOUT]);
      return text.trim() === '' ? undefined : (JSON.parse(text) as T);
    },
    list: async (kinds, selector) => itemsIn(await run(['get', kinds, '--selector', selector, '-o', 'json', REQUEST_TIMEOUT])),
    watch: (kind, selector, signal) =>
      ctx.exec.converse(program, [...where, 'get', kind, '--selector', selector, '--watch', '-o', 'json'], { env, signal }),
  };
}

/** Objects of an answer in JSON: a list of them, or one. */
export function itemsIn(text: string): readonly KubeObject[] {
  if (text.trim() === '') return [];
  const answer = JSON.parse(text) as KubeObject & { readonly items?: readonly KubeObject[] };
  return answer.items ?? [answer];
}

/** As kubectl takes several objects. */
export const listOf = (items: readonly KubeObject[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
