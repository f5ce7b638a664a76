import type { Plan } from '../engine/step.js';
import { mirrorProviderStep, mirrorReleaseStep, type MirrorState } from '../steps/mirror/mirror-steps.js';
import { exactVersion, specOf } from '../programs/tool-versions.js';

export interface MirrorRequest {
  /** The mirror's folder. */
  readonly root: string;
  readonly consul?: string | undefined;
  readonly nomad?: string | undefined;
  /** `namespace/name`, or `namespace/name@version`. */
  readonly providers: readonly string[];
}

/** @throws UsageError for what is no version */
export function mirrorPlan({ root, consul, nomad, providers }: MirrorRequest): Plan<object, MirrorState> {
  const version = (tool: 'consul' | 'nomad', word: string | undefined): string =>
    word === undefined ? specOf(tool).version : exactVersion(tool, word);
  return {
    id: 'mirror build',
    steps: [
      mirrorReleaseStep(root, 'consul', version('consul', consul)),
      mirrorReleaseStep(root, 'nomad', version('nomad', nomad)),
      ...providers.map((provider) => {
        const [name = '', wanted] = provider.split('@');
        return mirrorProviderStep(root, name, wanted);
      }),
    ],
  };
}
