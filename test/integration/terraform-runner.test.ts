import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Context } from '../../src/context.js';
import { applyRoot, planRoot } from '../../src/terraform/apply-root.js';
import { endOfEarlierRun } from '../../src/terraform/earlier-run.js';
import { runningTerraform } from '../../src/terraform/running-terraform.js';
import { initRoot } from '../../src/terraform/init-root.js';
import { inventoryOf, outputsOf } from '../../src/terraform/inventory.js';
import { rootOf } from '../../src/terraform/root.js';
import type { TerraformScope } from '../../src/terraform/terraform-scope.js';
import { requireTool } from '../helpers/require-tool.js';
import { createTestContext } from '../helpers/test-context.js';
import { thrown } from '../helpers/thrown.js';
import { nomadctl } from '../../packages/base/src/hint/hint.js';

const terraform = requireTool('terraform');

interface Runner {
  readonly scope: TerraformScope;
  readonly lines: string[];
  write(config: string): Promise<void>;
}

/** A root of terraform's own resources: what needs no provider works with the runner as it does with UCloud's. */
async function runner(overrides: Partial<Context> = {}): Promise<Runner> {
  const ctx = await createTestContext({ env: { PATH: process.env['PATH'] }, overrides });
  const root = rootOf(ctx.paths.cluster('prod'), 'cluster');
  await mkdir(root.folder, { recursive: true, mode: 0o700 });
  const lines: string[] = [];
  const program = { program: 'terraform', path: terraform ?? '', version: '1.0.0' };
  const scope = {
    ctx,
    root,
    terraform: program,
    env: { TF_VAR_password: 'Planted-Secret-1' },
    line: (text: string) => void lines.push(text),
    log: () => {},
  };
  return {
    scope: { ...scope, baseUrl: 'https://api.example', next: nomadctl`up prod` },
    lines,
    write: (config) => writeFile(join(root.folder, 'main.tf'), `variable "password" {\n  sensitive = true\n}\n${config}`),
  };
}

const things = (count: number, more = ''): string => `resource "terraform_data" "thing" {
  count = ${count}
  input = count.index
  ${more}
}
output "count" {
  value = length(terraform_data.thing)
}
`;
const slow = (seconds: number, mark: string): string => `resource "terraform_data" "slow" {
  input = "slow"
  provisioner "local-exec" {
    command = "touch ${mark}; sleep ${seconds}"
  }
}
`;

const none = new Map<string, string>();

describe.skipIf(!terraform)('terraform, run by nomadctl', () => {
  test('plans, saves, applies that plan; tells counts; keeps states; then has nothing to do', async () => {
    const { scope, lines, write } = await runner();
    await write(things(3));
    expect(await initRoot(scope, new Map([['main.tf', things(3)]]), '')).toBe(true);
    expect(await initRoot(scope, new Map([['main.tf', things(3)]]), '')).toBe(false);
    expect(await applyRoot(scope, { what: 'make things' })).toMatchObject({ changes: { add: 3, change: 0, remove: 0 }, troubled: false });
    expect(lines).toContain('3 of 3');
    expect(await outputsOf(scope)).toEqual({ count: 3 });
    expect((await inventoryOf(scope)).map(({ address }) => address)).toEqual([0, 1, 2].map((index) => `terraform_data.thing[${index}]`));
    expect(await planRoot(scope, { what: 'make things' })).toMatchObject({ pending: false });
    await write(things(1));
    expect(await applyRoot(scope, { what: 'make things' })).toMatchObject({ changes: { remove: 2 } });
    // One after each apply; what was there before the second is the same as after the first.
    expect(readdirSync(scope.root.backups)).toHaveLength(2);
    expect(existsSync(scope.root.planFile)).toBe(false);
    expect(await initRoot(scope, new Map([['main.tf', 'other']]), '')).toBe(true);
  });

  test('what the check refuses is not done', async () => {
    const { scope, write } = await runner();
    await write(things(1));
    await initRoot(scope, none, '');
    const refuse = (): void => {
      throw new Error('not that');
    };
    await expect(applyRoot(scope, { what: 'make things', check: refuse })).rejects.toThrow('not that');
    expect(await inventoryOf(scope)).toEqual([]);
  });

  test('a failure names what, where and the command; what was made stays', async () => {
    const { scope, write } = await runner();
    await write(
      `${things(2)}resource "terraform_data" "bad" {\n  depends_on = [terraform_data.thing]\n  provisioner "local-exec" {\n    command = "exit 3"\n  }\n}\n`,
    );
    await initRoot(scope, none, '');
    const error = await thrown(() => applyRoot(scope, { what: 'make things' }));
    expect(error).toMatchObject({
      message: 'terraform could not make things: terraform_data.bad',
      code: 'terraform-failed',
      next: nomadctl`up prod`,
    });
    expect((await inventoryOf(scope)).map(({ address, tainted }) => [address, tainted])).toEqual([
      ['terraform_data.bad', true],
      ['terraform_data.thing[0]', false],
      ['terraform_data.thing[1]', false],
    ]);
  });

  test('an error that quotes a secret leaves none of it in the log', async () => {
    const { scope, write } = await runner();
    scope.ctx.redact.add('Planted-Secret-1');
    await write(
      `${things(1)}resource "terraform_data" "loud" {\n  provisioner "local-exec" {\n    command = "echo $TF_VAR_password; exit 1"\n  }\n}\n`,
    );
    await initRoot(scope, none, '');
    const error = await thrown(() => applyRoot(scope, { what: 'make things' }));
    expect(JSON.stringify(error)).not.toContain('Planted-Secret-1');
    const files = readdirSync(scope.root.folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(log|json)$|plan$/.test(file));
    for (const file of files) expect(readFileSync(join(scope.root.folder, file), 'utf8'), file).not.toContain('Planted-Secret-1');
  });

  test('interrupted, terraform finishes what it is at and keeps it; the next run has little to do', async () => {
    const stop = new AbortController();
    const { scope, write } = await runner({ signal: stop.signal });
    const mark = join(scope.root.folder, 'begun');
    await write(things(2) + slow(1, mark));
    await initRoot(scope, none, '');
    const applying = applyRoot(scope, { what: 'make things' }).catch((error: unknown) => error);
    await expect.poll(() => existsSync(mark), { timeout: 20_000 }).toBe(true);
    stop.abort(new Error('stopped'));
    expect(await applying).toMatchObject({ message: 'stopped' });
    expect(runningTerraform(scope.root)).toBeUndefined();
    const again = { ...scope, ctx: { ...scope.ctx, signal: new AbortController().signal } };
    expect((await inventoryOf(again)).map(({ address }) => address)).toContain('terraform_data.slow');
    expect(await planRoot(again, { what: 'make things' })).toMatchObject({ errors: [] });
  });

  test('who comes while terraform of another run is at work waits for it, and finds what it made', async () => {
    const { scope, write } = await runner();
    const mark = join(scope.root.folder, 'begun');
    await write(slow(1.5, mark));
    await initRoot(scope, none, '');
    const other = applyRoot(scope, { what: 'make things' });
    await expect.poll(() => existsSync(mark), { timeout: 20_000 }).toBe(true);
    expect(runningTerraform(scope.root)).toMatchObject({ pid: expect.any(Number) });
    const told: string[] = [];
    await endOfEarlierRun(scope.ctx, scope.root, (text) => told.push(text));
    expect(told[0]).toMatch(/^terraform of an earlier run \(process \d+\) finishes what it began$/);
    expect((await inventoryOf(scope)).map(({ address }) => address)).toEqual(['terraform_data.slow']);
    await other;
  });

  test('a state that could not be stored and lies beside its place is taken over', async () => {
    const { scope, write } = await runner();
    await write(things(1));
    await initRoot(scope, none, '');
    await applyRoot(scope, { what: 'make things' });
    const state = JSON.parse(readFileSync(scope.root.state, 'utf8')) as { serial: number };
    await writeFile(join(scope.root.folder, 'errored.tfstate'), JSON.stringify({ ...state, serial: state.serial + 1 }));
    const { pushErroredState } = await import('../../src/terraform/apply-root.js');
    await pushErroredState(scope);
    expect(existsSync(join(scope.root.folder, 'errored.tfstate'))).toBe(false);
    expect(JSON.parse(readFileSync(scope.root.state, 'utf8'))).toMatchObject({ serial: state.serial + 1 });
  });
});
