import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '@nomadctl/base/errors';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { askTerraform, runTerraform, terraformArgv } from '../tools/terraform.js';
import { addressesIn, addressOf, pullState, type RawState, type StateResource } from './inventory.js';
import { openLockPatience, throughLocks } from './lock-patience.js';
import { openPatience } from './patience.js';
import type { TerraformScope } from './terraform-scope.js';
import { troubleIn } from './trouble.js';
import { unframed } from './unframed.js';

/**
 * Has terraform know of something that is there already. The root is initialised, and its configuration has the address.
 * @throws ToolError `terraform-import-failed` with what terraform said.
 */
export async function importResource(
  scope: TerraformScope,
  { address, id, label }: { address: string; id: string; label: string },
): Promise<void> {
  scope.line(`taking in ${label}`);
  const said = await persistently(scope, () => terraformArgv.import(address, id, scope.detour?.variables()));
  if (said === undefined) return;
  throw failed(`terraform could not take in ${label}`, scope, {
    code: 'terraform-import-failed',
    said,
    more: [`it is at UCloud as ${id}`],
  });
}

/** Runs it until it ends well; `argv` is asked before each attempt. Returns undefined, or what it said when the trouble is none that passes. */
async function persistently(scope: TerraformScope, argv: () => readonly string[]): Promise<string[] | undefined> {
  const patience = openPatience(scope);
  const locks = openLockPatience(scope);
  for (;;) {
    const said: string[] = [];
    const exitCode = await runTerraform(scope.ctx, {
      program: scope.terraform.path,
      folder: scope.root.folder,
      argv: argv(),
      env: scope.env,
      accept: [0, 1],
      processFile: scope.root.processFile,
      outputFile: scope.root.outputFile,
      onLine: (line) => {
        said.push(line);
        scope.log(line);
      },
    });
    if (exitCode === 0) return undefined;
    const telling = said.map(unframed).filter((line) => line !== '');
    const summary = telling.join('\n');
    if (await locks.again({ errors: [{ severity: 'error', summary, detail: summary }] })) continue;
    const trouble = troubleIn({ errors: [{ severity: 'error', summary }] });
    if (!(await patience.again(trouble))) return telling;
  }
}

function failed(
  message: string,
  { next }: TerraformScope,
  { code, said, more = [] }: { code: string; said: readonly string[]; more?: readonly string[] },
): ToolError {
  const from = said.findIndex((line) => line.startsWith('Error'));
  return new ToolError(message, { code, why: [...said.slice(Math.max(0, from)).slice(0, 6), ...more], next });
}

/**
 * Gives resources attributes that their provider does not read back, in terraform's state: without them a host that was
 * taken in would be made anew, or leave its disk behind when it goes.
 */
export async function completeState(
  scope: TerraformScope,
  completions: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): Promise<void> {
  const state = await pullState(scope);
  if (!state) return;
  let changed = false;
  for (const resource of state.resources) {
    for (const instance of resource.instances) {
      const attributes = completions.get(addressOf(resource, instance));
      if (!attributes || !instance.attributes) continue;
      const missing = Object.entries(attributes).filter(([name, value]) => instance.attributes?.[name] !== value);
      for (const [name, value] of missing) instance.attributes[name] = value;
      changed ||= missing.length > 0;
    }
  }
  if (changed) await pushState(scope, state);
}

/** A resource that is there, whose provider has no import. */
export interface InsertedResource {
  readonly module?: string;
  readonly type: string;
  readonly name: string;
  readonly index: number;
  /** Of the provider for this type. */
  readonly schemaVersion: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * Writes resources into terraform's state by their ids; the next plan has their provider read them. Those whose address is taken are left
 * out. Something else of the same provider must be in the state.
 */
export async function insertResources(scope: TerraformScope, inserted: readonly InsertedResource[]): Promise<void> {
  const state = await pullState(scope);
  const provider = (state?.resources as readonly { readonly mode: string; readonly provider?: string }[] | undefined)?.find(
    ({ mode }) => mode === 'managed',
  )?.provider;
  if (!state || provider === undefined) return;
  const taken = new Set(addressesIn(state));
  const fresh = inserted
    .map(({ module, type, name, index, schemaVersion, attributes }) => ({
      ...{ ...(module === undefined ? {} : { module }), mode: 'managed', type, name, provider },
      instances: [{ index_key: index, schema_version: schemaVersion, attributes: { ...attributes }, sensitive_attributes: [] }],
    }))
    .filter((resource) => resource.instances.every((instance) => !taken.has(addressOf(resource, instance))));
  if (fresh.length === 0) return;
  state.resources.push(...fresh);
  await pushState(scope, state);
}

async function pushState(scope: TerraformScope, state: RawState): Promise<void> {
  state.serial++;
  const file = join(scope.root.folder, 'completed.tfstate');
  await writeFileAtomic(file, JSON.stringify(state));
  await inRoot(scope, terraformArgv.statePush(file));
  await rm(file, { force: true });
}

/**
 * A creation that was interrupted late has come out well all the same: it need not be done again. It is taken in anew, because
 * terraform missed what the creation would have told, such as an address.
 * @throws ToolError `terraform-import-failed`; the next run then finds it as something that terraform does not know.
 */
export async function importAgain(scope: TerraformScope, { address, id }: Pick<StateResource, 'address' | 'id'>): Promise<void> {
  await forget(scope, address);
  await importResource(scope, { address, id, label: `${id}, whose creation was interrupted` });
}

/** Has terraform no longer know of something; at UCloud nothing changes. */
export async function forget(scope: TerraformScope, address: string): Promise<void> {
  await inRoot(scope, terraformArgv.stateRemove(address));
}

async function inRoot(scope: TerraformScope, argv: readonly string[]): Promise<void> {
  const { ctx, root, terraform, env } = scope;
  await throughLocks(scope, () => askTerraform(ctx, { program: terraform.path, folder: root.folder, argv, env }));
}
