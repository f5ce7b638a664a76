import type { StepIo } from '../../engine/step.js';
import type { ChildEnvironment } from '@nomadctl/base/secret/secret';
import { keysOf } from '../account/find-keys.js';
import { environmentOf } from '../account/open-cloud.js';
import { newPassword } from '../account/root-password.js';
import type { UcloudContext } from '../ucloud-subject.js';
import { throttleDetour } from './throttle-detour.js';
import { workRoot } from '../../state/kept-root.js';
import { stateOwner } from '../../state/state-owner.js';
import type { RootName } from '../../terraform/root.js';
import type { TerraformScope } from '../../terraform/terraform-scope.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

const silent: StepIo = { line: () => {}, log: () => {} };

/**
 * What running terraform in a root of this cluster takes. Keys go by the environment alone, and so does what root's passwords are
 * made from: another one each time, for a host forgets its own at its first boot.
 * @throws PrerequisiteError `state-elsewhere` where its state has to be moved first
 */
export async function openRoot(at: UcloudContext<'tools'>, name: RootName, io: StepIo = silent): Promise<TerraformScope> {
  const { cluster, state } = at;
  const keys = environmentOf(await keysOf(cluster, at));
  const root = await workRoot(at, stateOwner(cluster), name);
  const password: ChildEnvironment = name === 'cluster' ? { TF_VAR_root_password: newPassword(at) } : {};
  return {
    ctx: at,
    root,
    terraform: state.tools.terraform,
    env: { ...keys, ...password, ...root.backend?.env },
    unkept: name === 'cluster' ? [{ type: 'ucloud_instance', attribute: 'root_password' }] : [],
    line: io.line,
    log: io.log,
    baseUrl: cluster.settings.baseUrl,
    next: nomadctl`up ${cluster.name}`,
    detour: throttleDetour(cluster.settings.baseUrl, { clock: at.clock, line: io.line }),
  };
}
