import { stepsFor, type AnyStep } from '../../engine/step.js';
import { hasRelease } from '../../mirror/mirror-layout.js';
import { putProvider } from '../../mirror/put-provider.js';
import { putRelease } from '../../mirror/put-release.js';

/** Steps of a mirror hand nothing on. */
export type MirrorState = Record<never, never>;

const { defineStep } = stepsFor<object, MirrorState>();

/** Puts one release into a mirror. One that is there, and is what its sums say, stays. */
export function mirrorReleaseStep(root: string, tool: 'consul' | 'nomad', version: string): AnyStep<object, MirrorState> {
  return defineStep({
    id: `mirror-${tool}`,
    title: `Adding ${tool} ${version}`,
    isDone: async () => ((await hasRelease(root, tool, version)) ? { done: true } : { done: false, because: 'not in the mirror yet' }),
    run: async (at, io) => ({ detail: await putRelease(at, { tool, version, root, report: (text) => io.line(text) }) }),
  });
}

/** Puts one of terraform's providers into a mirror. */
export function mirrorProviderStep(root: string, name: string, version: string | undefined): AnyStep<object, MirrorState> {
  return defineStep({
    id: `mirror-${name.replace('/', '-')}`,
    title: `Adding provider ${name}`,
    run: async (at, io) => ({ detail: await putProvider(at, { name, version, root, report: (text) => io.line(text) }) }),
  });
}
