import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cli } from './harness.mjs';

/** What rows on the emulated cloud share: terraform's provider, keys, a cluster file. */

const PLUGINS = join(homedir(), '.terraform.d', 'plugins');

/** Whether terraform finds UCloud's provider; says which rows are left out where it does not. */
export function hasProvider(ids) {
  const found = existsSync(join(PLUGINS, 'registry.terraform.io', 'ucloud', 'ucloud'));
  if (!found) process.stderr.write(`left out, for want of UCloud's provider in ${PLUGINS}: ${ids.join(', ')}\n`);
  return found;
}

/** The environment of nomadctl and terraform: the cloud's keys, and the provider from its folder alone. */
export function terraformEnv(bench, facts) {
  const rc = join(bench.home, 'terraformrc');
  writeFileSync(rc, `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(PLUGINS)}\n  }\n}\n`);
  const keys = { UCLOUD_PUBLIC_KEY: facts.publicKey, UCLOUD_PRIVATE_KEY: facts.privateKey };
  return { ...bench.env, ...keys, TF_CLI_CONFIG_FILE: rc, TF_IN_AUTOMATION: '1' };
}

/** @param more further lines of the cluster's file */
export function writeCluster(folder, name, facts, more = []) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lines = [
    ...['version: 1', `name: ${name}`, 'target: ucloud', `projectId: ${facts.projectId}`],
    ...[`baseUrl: ${facts.baseUrl}`, 'allowIp: [203.0.113.7/32]'],
    ...more,
  ];
  writeFileSync(join(folder, 'cluster.yaml'), `${lines.join('\n')}\n`);
}

/**
 * An emulator of its own: what it says of itself, how long it took, and `call`, which reaches its control.
 * @param more flags of `nomadctl emulator`
 */
export async function startEmulator(bench, ...more) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [cli, 'emulator', '--port', '0', '--json', ...more], {
    env: bench.env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = await Promise.race([once(child.stdout, 'data'), diedOf(child)]);
  const facts = JSON.parse(String(line));
  return {
    ms: performance.now() - startedAt,
    pid: child.pid,
    facts,
    call: (path) => fetch(new URL(`/_emulator${path}`, facts.baseUrl), { method: 'POST' }),
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGINT');
      await gone;
    },
  };
}

async function diedOf(child) {
  const [code] = await once(child, 'exit');
  throw new Error(`the emulator ended with ${code}`);
}
