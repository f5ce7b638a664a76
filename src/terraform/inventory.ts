import { readFile } from 'node:fs/promises';
import { ToolError } from '../errors.js';
import { askTerraform, terraformArgv } from '../tools/terraform.js';
import type { TerraformScope } from './terraform-scope.js';

/** A resource as terraform's state has it. */
export interface StateResource {
  /** `module.host["client-1"].ucloud_instance.this`. */
  readonly address: string;
  readonly type: string;
  readonly id: string;
  /** Its creation did not end well: the next plan makes it anew. */
  readonly tainted: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Terraform's state, the parts of it that we read and write. https://developer.hashicorp.com/terraform/language/state */
export interface RawState {
  version: number;
  serial: number;
  lineage: string;
  resources: RawResource[];
}

interface RawResource {
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly module?: string;
  readonly instances: RawInstance[];
}

interface RawInstance {
  readonly index_key?: string | number;
  readonly status?: string;
  readonly attributes?: Record<string, unknown>;
}

/** Everything that terraform has made in a root and not removed; nothing before the first apply. Starts no provider. */
export async function inventoryOf(scope: Pick<TerraformScope, 'ctx' | 'root' | 'terraform' | 'env'>): Promise<StateResource[]> {
  return resourcesOf(await pullState(scope));
}

export async function pullState({
  ctx,
  root,
  terraform,
  env,
}: Pick<TerraformScope, 'ctx' | 'root' | 'terraform' | 'env'>): Promise<RawState | undefined> {
  const present = await readFile(root.state, 'utf8').catch(() => '');
  if (present.trim() === '') return undefined;
  const text = await askTerraform(ctx, { program: terraform.path, folder: root.folder, argv: terraformArgv.statePull(), env });
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as RawState;
  } catch (cause) {
    throw new ToolError(`the state of the ${root.name} cannot be read`, {
      code: 'terraform-state-damaged',
      why: `terraform state pull printed no JSON; earlier states are in ${root.backups}`,
      cause,
    });
  }
}

export function resourcesOf(state: RawState | undefined): StateResource[] {
  return (state?.resources ?? [])
    .filter(({ mode }) => mode === 'managed')
    .flatMap((resource) =>
      resource.instances.map((instance) => ({
        address: addressOf(resource, instance),
        type: resource.type,
        id: String(instance.attributes?.['id'] ?? ''),
        tainted: instance.status === 'tainted',
        attributes: instance.attributes ?? {},
      })),
    );
}

export function addressOf({ module, type, name }: RawResource, { index_key: key }: RawInstance): string {
  const index = key === undefined ? '' : typeof key === 'number' ? `[${key}]` : `[${JSON.stringify(key)}]`;
  return `${module === undefined ? '' : `${module}.`}${type}.${name}${index}`;
}
