import { spawn } from 'node:child_process';
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

/** An emulator of its own; `call` reaches its control. */
export async function startCloud(bench) {
  const child = spawn(process.execPath, [cli, 'emulator', '--port', '0', '--json'], {
    env: bench.env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const facts = await new Promise((resolve, reject) => {
    let text = '';
    child.once('exit', (code) => reject(new Error(`the emulator ended with ${code}`)));
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.includes('}\n')) resolve(JSON.parse(text));
    });
  });
  return {
    facts,
    call: (path) => fetch(new URL(`/_emulator${path}`, facts.baseUrl), { method: 'POST' }),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', resolve);
        child.kill('SIGINT');
      }),
  };
}
