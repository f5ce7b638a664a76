import { readFile } from 'node:fs/promises';
import { ToolError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { seeState } from './seen-state.js';
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
  outputs?: Readonly<Record<string, { readonly value: unknown }>>;
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
export async function inventoryOf(scope: Pick<TerraformScope, 'root'>): Promise<StateResource[]> {
  return resourcesOf(await pullState(scope));
}

/** Values of a root's outputs; none before the first apply. */
export async function outputsOf(scope: Pick<TerraformScope, 'root'>): Promise<Readonly<Record<string, unknown>>> {
  const outputs = (await pullState(scope))?.outputs ?? {};
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
}

/**
 * The state itself: terraform takes a fifth of a second to print what is in it.
 * @throws ToolError `terraform-state-damaged`; with a backend what `seeState` throws
 */
export async function pullState({ root }: Pick<TerraformScope, 'root'>): Promise<RawState | undefined> {
  const text = root.backend ? await seeState(root, root.backend) : await readFile(root.state, 'utf8').catch(() => '');
  if (text === undefined || text.trim() === '') return undefined;
  const readable = readableState(text);
  if (readable) return readable;
  const state = parse(text);
  throw new ToolError(`the state of the ${root.name} cannot be read`, {
    code: 'terraform-state-damaged',
    why:
      state === undefined
        ? `${root.backend?.title ?? root.state} is no JSON`
        : `its version is ${String(state.version)}, and ${STATE_VERSION} is what nomadctl reads`,
    next: hint`${nomadctl`state doctor`}   names the copy that mends it`,
  });
}

/** Whether it is a state as we know them. */
export function readableState(text: string): RawState | undefined {
  const state = parse(text);
  return state?.version === STATE_VERSION && Array.isArray(state.resources) ? state : undefined;
}

/** Since terraform 0.12, and of OpenTofu. */
const STATE_VERSION = 4;

function parse(text: string): RawState | undefined {
  try {
    return JSON.parse(text) as RawState;
  } catch {
    return undefined;
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

/** Addresses of all that a state holds. */
export function addressesIn(state: RawState): string[] {
  return resourcesOf(state).map(({ address }) => address);
}

export function addressOf({ module, type, name }: RawResource, { index_key: key }: RawInstance): string {
  const index = key === undefined ? '' : typeof key === 'number' ? `[${key}]` : `[${JSON.stringify(key)}]`;
  return `${module === undefined ? '' : `${module}.`}${type}.${name}${index}`;
}
