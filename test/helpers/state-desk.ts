import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nomadctl } from '../../packages/base/src/hint/hint.js';
import { identify } from '../../packages/base/src/process-identity.js';
import type { Context } from '../../src/context.js';
import { keptRoot } from '../../src/state/kept-root.js';
import { runOwner } from '../../src/state/lock/run-owner.js';
import type { StateOwner } from '../../src/state/state-owner.js';
import { initRoot } from '../../src/terraform/init-root.js';
import type { TerraformScope } from '../../src/terraform/terraform-scope.js';
import { programOnPath } from './require-tool.js';

/** A configuration that needs no provider. */
export const things = (count: number, more = ''): string =>
  `resource "terraform_data" "thing" {\n  count = ${count}\n  input = count.index\n${more}}\n`;

/** The root `cluster` of a desk with a configuration that needs no provider. */
export async function scopeOf(
  { ctx, owner }: { readonly ctx: Context; readonly owner: StateOwner },
  config: string,
): Promise<TerraformScope> {
  const root = keptRoot(ctx, owner, 'cluster');
  await mkdir(root.folder, { recursive: true, mode: 0o700 });
  await writeFile(join(root.folder, 'main.tf'), config);
  const backend = join(root.folder, 'backend.tf');
  if (root.backend) await writeFile(backend, root.backend.configuration);
  else await rm(backend, { force: true });
  const program = { program: 'terraform', path: programOnPath('terraform') ?? '', version: '1' };
  return {
    ...{ ctx, root, terraform: program, env: { ...root.backend?.env }, line: () => {}, log: () => {} },
    ...{ baseUrl: 'https://api.example', next: nomadctl`up` },
  };
}

export async function initScope(scope: TerraformScope): Promise<void> {
  await initRoot(scope, new Map([['backend.tf', scope.root.backend?.configuration ?? '']]), '');
}

export const stateWith = (lineage: string, { serial = 3, bytes = 10 } = {}): string =>
  JSON.stringify({
    ...{ version: 4, terraform_version: '1.11.4', serial, lineage, outputs: {} },
    resources: [
      {
        ...{ mode: 'managed', type: 'terraform_data', name: 'thing', provider: 'provider["terraform.io/builtin/terraform"]' },
        instances: [
          {
            schema_version: 0,
            attributes: {
              id: 'one',
              input: { value: randomBytes(bytes).toString('hex'), type: 'string' },
              output: null,
              triggers_replace: null,
            },
          },
        ],
      },
    ],
    check_results: null,
  });

/** A process of this computer that has ended. */
export async function deadOwner(): Promise<{ pid: number; started: string; host: string; space: string }> {
  const child = spawn('sleep', ['60']);
  const identity = identify(child.pid ?? 0);
  if (!identity) throw new Error('sleep did not start');
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  const { host, space } = runOwner({ command: '', run: '', since: 0 });
  return { ...identity, host, space };
}
