import { expect } from 'vitest';
import type { EmulatorOptions } from '../../src/server.js';
import { emulatedCloud, type EmulatedCloud } from '../../../../test/helpers/emulated-cloud.js';
import type { TerraformPrograms } from '../../../../test/helpers/terraform-provider.js';
import { settingsFor, terraformRoot, type TerraformRoot } from '../../../../test/helpers/terraform-root.js';

/** A cloud in which a minute passes in less than a second, unless told otherwise, and a root module that speaks to it. */
export async function cloudAndRoot(
  programs: TerraformPrograms | undefined,
  options: EmulatorOptions = {},
): Promise<{ readonly cloud: EmulatedCloud; readonly root: TerraformRoot }> {
  const cloud = await emulatedCloud({ timeScale: 100, ...options });
  return { cloud, root: await terraformRoot({ programs, provider: settingsFor(cloud) }) };
}

/** What resources go through, from nothing to nothing. */
export interface Life {
  readonly cloud: EmulatedCloud;
  readonly root: TerraformRoot;
  readonly created: string;
  /** Each with what terraform has to plan for it, by address. */
  readonly changed: readonly {
    readonly config: string;
    readonly plans: Readonly<Record<string, 'update' | 'replace' | 'delete' | 'create'>>;
  }[];
  /** What is forgotten and taken in again by its id; with `update` where the provider can not read everything back. */
  readonly imported?: Readonly<Record<string, 'import' | 'update'>>;
  /** The configuration to import into. Default: the last one. */
  readonly importInto?: string;
  /** Looks at what the first creation left. */
  readonly onCreated?: (outputs: Readonly<Record<string, any>>) => Promise<void> | void; // eslint-disable-line @typescript-eslint/no-explicit-any -- as the configuration has them
}

/** Create, plan, change, plan, import, plan, destroy; then create, plan, destroy once more. */
export async function liveTwice(life: Life): Promise<void> {
  const { cloud, root, created } = life;
  const before = await counts(cloud);
  const { outputs } = await root.apply(created);
  await expectNoPlan(root, 'after the creation');
  await life.onCreated?.(outputs);
  for (const [index, { config, plans }] of life.changed.entries()) {
    const { changes } = await root.apply(config);
    expect(changes, `change ${index + 1}`).toEqual(plans);
    await expectNoPlan(root, `after change ${index + 1}`);
  }
  await importAgain(life);
  await root.destroy();
  expect(await counts(cloud), 'after the destruction').toEqual(before);
  await root.apply(created);
  await expectNoPlan(root, 'after the second creation');
  await root.destroy();
  expect(await counts(cloud), 'after the second destruction').toEqual(before);
}

export async function expectNoPlan(root: TerraformRoot, when: string): Promise<void> {
  const { code, changes, errors } = await root.plan();
  expect({ code, changes, errors }, when).toEqual({ code: 0, changes: {}, errors: [] });
}

async function importAgain({ root, imported = {}, importInto, created, changed }: Life): Promise<void> {
  const addresses = Object.keys(imported);
  if (addresses.length === 0) return;
  const state = await root.state();
  await root.forget(addresses);
  const blocks = addresses.map((address) => `import {\n  to = ${address}\n  id = ${JSON.stringify(state[address]?.id)}\n}\n`);
  const config = importInto ?? changed.at(-1)?.config ?? created;
  const { changes } = await root.apply(config + blocks.join(''));
  expect(changes, 'at the import').toEqual(imported);
  await expectNoPlan(root, 'after the import');
}

/** How many there are of each kind; leases of addresses are what is left of things, not things. */
async function counts(cloud: EmulatedCloud): Promise<Record<string, number>> {
  await cloud.ok('DescribeVPC');
  const { lease: _left, ...resources } = (await cloud.control('GET', '/resources')).body.resources;
  return resources;
}

interface TraceFilter {
  /** Requests after this number. */
  readonly since?: number;
  readonly actions: RegExp;
  /** Some parameter must have one of these values. */
  readonly words?: readonly string[];
}

/** What was asked of the emulator, in order: the actions. */
export function trace(cloud: EmulatedCloud, { since = 0, actions, words = [] }: TraceFilter): string[] {
  const mentions = (params: Readonly<Record<string, string>>): boolean =>
    words.length === 0 || Object.values(params).some((value) => words.includes(value));
  return cloud.requests
    .list({ after: since })
    .filter(({ action, params }) => actions.test(action) && mentions(params))
    .map(({ action }) => action);
}

export function lastRequest(cloud: EmulatedCloud): number {
  return cloud.requests.list().at(-1)?.number ?? 0;
}
