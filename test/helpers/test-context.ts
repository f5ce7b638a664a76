import { fileURLToPath } from 'node:url';
import type { Context, GlobalFlags } from '../../src/context.js';
import { systemClock } from '../../packages/base/src/clock.js';
import { createPaths } from '../../packages/base/src/paths.js';
import { forManyCalls } from '../../packages/base/src/signals/any-signal.js';
import { createRedactor } from '../../packages/base/src/redact.js';
import { namedPrograms } from '../../src/config/program-options.js';
import { createExec } from '../../src/tools/exec.js';
import { recorderUi, type Answer, type Recording } from './recorder-ui.js';
import { tempHome } from './temp-home.js';

export interface TestContextOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: an empty folder that goes when the test ends. */
  readonly home?: string;
  /** What the person answers, in order; an unexpected or an unused answer fails the test. Without them nobody can be asked. */
  readonly answers?: readonly Answer[];
  readonly global?: Partial<GlobalFlags>;
  readonly given?: Context['given'];
  readonly overrides?: Partial<Context>;
}

/** The real context around a temporary home, with a user interface that records and answers. */
export async function createTestContext(options: TestContextOptions = {}): Promise<Context & { readonly recorded: Recording }> {
  const home = options.home ?? (await tempHome());
  const { ui, recording } = recorderUi(options.answers);
  const env = options.env ?? {};
  const programs = namedPrograms({ env });
  return {
    ui,
    exec: createExec(env, programs),
    clock: systemClock,
    env,
    programs,
    paths: createPaths({ home, packageRoot: fileURLToPath(new URL('../..', import.meta.url)) }),
    redact: createRedactor(),
    signal: forManyCalls(new AbortController().signal),
    platform: process.platform,
    arch: process.arch,
    given: options.given ?? {},
    global: { json: false, quiet: false, verbose: false, yes: false, cluster: undefined, ...options.global },
    recorded: recording,
    ...options.overrides,
  };
}
