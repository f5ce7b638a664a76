import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Emulator } from '../../packages/ucloud-emulator/src/server.js';
import { tempHome } from './temp-home.js';
import type { TerraformPrograms } from './terraform-provider.js';

/** What a run of terraform said, from its own JSON lines. */
export interface TerraformRun {
  readonly code: number;
  /** What it planned, by address; reads and what stays as it is are left out. */
  readonly changes: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, any>>; // eslint-disable-line @typescript-eslint/no-explicit-any -- as the configuration has them
  readonly errors: readonly string[];
}

/** A root module in a folder of its own, with the provider that speaks to the emulator. */
export interface TerraformRoot {
  /** Replaces the configuration. The provider's settings are written beside it. */
  write(config: string): Promise<void>;
  /** @throws Error with terraform's own words when it fails. */
  apply(config?: string): Promise<TerraformRun>;
  /** Exit code 0: nothing to do; 2: something; 1: an error. */
  plan(config?: string): Promise<TerraformRun>;
  destroy(): Promise<TerraformRun>;
  /** The same, whatever comes of it. */
  tryApply(): Promise<TerraformRun>;
  tryDestroy(...flags: readonly string[]): Promise<TerraformRun>;
  /** Values in the state, by address. */
  state(): Promise<Readonly<Record<string, any>>>; // eslint-disable-line @typescript-eslint/no-explicit-any -- as the provider's schema has them
  /** Forgets resources without touching them. */
  forget(addresses: readonly string[]): Promise<void>;
}

export interface RootOptions {
  readonly programs: TerraformPrograms | undefined;
  /** Arguments of the provider block, and blocks in it. */
  readonly provider: Readonly<Record<string, string>>;
  readonly providerBlocks?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const LONGEST_RUN_MS = 110_000;

/** Settings of the provider that speaks to an emulator with its own credentials. */
export function settingsFor({ url, credentials }: Emulator): Readonly<Record<string, string>> {
  const { publicKey, privateKey, projectId, region } = credentials;
  return { base_url: url, public_key: publicKey, private_key: privateKey, project_id: projectId, region };
}

export async function terraformRoot(options: RootOptions): Promise<TerraformRoot> {
  const { terraform: program, plugins } = options.programs ?? { terraform: '', plugins: '' };
  const dir = await tempHome();
  const env = { ...surroundings(dir), ...options.env };
  await writeFile(join(dir, 'rc'), cliConfig(plugins));
  await writeFile(join(dir, 'provider.tf'), providerConfig(options));
  await mkdir(join(dir, 'tmp'));
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const terraform = (...words: readonly string[]): Promise<Output> => output(program, words, { cwd: dir, env, signal: stop.signal });
  const run = async (...words: readonly string[]): Promise<TerraformRun> => readRun(await terraform(...words));
  const write = (config: string): Promise<void> => writeFile(join(dir, 'main.tf'), config);
  const tryTo =
    (verb: 'apply' | 'destroy') =>
    (...flags: readonly string[]): Promise<TerraformRun> =>
      run(verb, '-auto-approve', '-input=false', '-json', ...flags);
  const sure = async (verb: 'apply' | 'destroy'): Promise<TerraformRun> => {
    const result = await tryTo(verb)();
    if (result.code !== 0) throw new Error(`terraform ${verb} ended with ${result.code}\n${result.errors.join('\n')}`);
    return result;
  };
  const begun = await terraform('init', '-input=false', '-no-color');
  if (begun.code !== 0) throw new Error(`terraform init ended with ${begun.code}\n${begun.text}`);
  return {
    write,
    tryApply: tryTo('apply'),
    tryDestroy: tryTo('destroy'),
    async apply(config) {
      if (config !== undefined) await write(config);
      return await sure('apply');
    },
    async plan(config) {
      if (config !== undefined) await write(config);
      return await run('plan', '-detailed-exitcode', '-input=false', '-json');
    },
    destroy: () => sure('destroy'),
    async state() {
      const { values } = JSON.parse((await terraform('show', '-json')).text) as Shown;
      return Object.fromEntries((values?.root_module.resources ?? []).map(({ address, values: own }) => [address, own]));
    },
    async forget(addresses) {
      const { code, text } = await terraform('state', 'rm', ...addresses);
      if (code !== 0) throw new Error(`terraform state rm ended with ${code}\n${text}`);
    },
  };
}

interface Shown {
  readonly values?: { readonly root_module: { readonly resources?: readonly { readonly address: string; readonly values: unknown }[] } };
}

/** Nothing of the machine's own settings, and no question to a registry. */
function surroundings(dir: string): Record<string, string> {
  const quiet = { CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_CLI_CONFIG_FILE: join(dir, 'rc') };
  return { PATH: process.env['PATH'] ?? '', HOME: dir, TMPDIR: join(dir, 'tmp'), TZ: 'UTC', ...quiet };
}

function cliConfig(plugins: string): string {
  return `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(plugins)}\n  }\n}\n`;
}

function providerConfig({ provider, providerBlocks = '' }: RootOptions): string {
  const lines = Object.entries(provider).map(([name, value]) => `  ${name} = ${JSON.stringify(value)}`);
  return `terraform {
  required_providers {
    ucloud = { source = "ucloud/ucloud" }
  }
}
provider "ucloud" {
${lines.join('\n')}
${providerBlocks}
}
`;
}

interface Output {
  readonly code: number;
  readonly text: string;
}

function output(file: string, words: readonly string[], options: { cwd: string; env: Record<string, string>; signal: AbortSignal }) {
  return new Promise<Output>((resolve) => {
    const limits = { maxBuffer: 64 * 1024 * 1024, timeout: LONGEST_RUN_MS };
    execFile(file, words, { ...options, ...limits }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
      resolve({ code, text: stdout + stderr });
    });
  });
}

interface Line {
  readonly type?: string;
  readonly change?: { readonly resource: { readonly addr: string }; readonly action: string };
  readonly outputs?: Readonly<Record<string, { readonly value?: unknown }>>;
  readonly diagnostic?: { readonly severity: string; readonly summary: string; readonly detail?: string };
}

const NO_CHANGE = ['noop', 'read'];

function readRun({ code, text }: Output): TerraformRun {
  const lines = text.split('\n').filter((line) => line.startsWith('{'));
  const events = lines.map((line) => JSON.parse(line) as Line);
  const ofType = (type: string): Line[] => events.filter((event) => event.type === type);
  const changes = ofType('planned_change').flatMap(({ change }) => (change ? [[change.resource.addr, change.action] as const] : []));
  const errors = ofType('diagnostic').flatMap(({ diagnostic }) => (diagnostic?.severity === 'error' ? [diagnostic] : []));
  const outputs = Object.entries(ofType('outputs').at(-1)?.outputs ?? {});
  return {
    code,
    changes: Object.fromEntries(changes.filter(([, action]) => !NO_CHANGE.includes(action))),
    outputs: Object.fromEntries(outputs.map(([name, { value }]) => [name, value])),
    errors: code !== 0 && errors.length === 0 ? [text] : errors.map(({ summary, detail }) => `${summary}\n${detail ?? ''}`),
  };
}
