import type { Context } from '../../context.js';
import type { KnownKind } from '../../commands/access/known-names.js';
import { namedPrograms } from '../../config/program-options.js';
import { systemClock } from '@nomadctl/base/clock';
import { createRedactor } from '@nomadctl/base/redact';
import { forManyCalls } from '@nomadctl/base/signals/any-signal';
import type { Candidate, CompletionContext } from './complete-words.js';

/** A shell waits for every press of the tab key: a cluster that does not answer by then has no names to offer. */
const PATIENCE_MS = 1500;

/** Asks the cluster that is meant. @throws where it does not answer */
export async function namesInCluster(
  kind: KnownKind,
  { cluster, at: { env, paths } }: { readonly cluster: string | undefined; readonly at: CompletionContext },
): Promise<readonly Candidate[]> {
  const { knownNames } = await import('../../commands/access/known-names.js');
  const ctx: Omit<Context, 'ui' | 'exec'> = {
    env,
    paths,
    clock: systemClock,
    programs: namedPrograms({ env }),
    redact: createRedactor(),
    signal: forManyCalls(AbortSignal.timeout(PATIENCE_MS)),
    platform: process.platform,
    arch: process.arch,
    given: {},
    global: { json: false, quiet: true, verbose: false, yes: false, cluster },
  };
  // Opening a cluster starts no program and tells nobody.
  return knownNames(kind, ctx as Context);
}
