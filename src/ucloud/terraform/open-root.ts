import type { StepIo } from '../../engine/step.js';
import type { ChildEnvironment } from '@nomadctl/base/secret/secret';
import { keysOf } from '../account/find-keys.js';
import { environmentOf } from '../account/open-cloud.js';
import { rootPasswordOf } from '../account/root-password.js';
import type { UcloudContext } from '../ucloud-subject.js';
import { throttleDetour } from './throttle-detour.js';
import { rootOf, type RootName } from '../../terraform/root.js';
import type { TerraformScope } from '../../terraform/terraform-scope.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

const silent: StepIo = { line: () => {}, log: () => {} };

/** What running terraform in a root of this cluster takes: keys and password go by the environment alone. */
export async function openRoot(at: UcloudContext<'tools'>, name: RootName, io: StepIo = silent): Promise<TerraformScope> {
  const { cluster, state } = at;
  const keys = environmentOf(await keysOf(cluster, at));
  const password: ChildEnvironment = name === 'cluster' ? { TF_VAR_root_password: await rootPasswordOf(cluster.paths, at) } : {};
  return {
    ctx: at,
    root: rootOf(cluster.paths, name),
    terraform: state.tools.terraform,
    env: { ...keys, ...password },
    line: io.line,
    log: io.log,
    baseUrl: cluster.settings.baseUrl,
    next: nomadctl`up ${cluster.name}`,
    detour: throttleDetour(cluster.settings.baseUrl, { clock: at.clock, line: io.line }),
  };
}
