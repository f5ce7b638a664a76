import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { alternate, cli, median, run } from './harness.mjs';

/**
 * A step that runs terraform, beside the same commands by hand: the network of a cluster on the emulator, made from nothing
 * (init, plan, apply, output), and looked at again (plan, output). The start of nomadctl is paid once, not by step: it is measured with a
 * step that does nothing, and taken off. Needs UCloud's provider in terraform's plugin directory.
 */
export const ids = ['terraform-make', 'terraform-look'];

const PLUGINS = join(homedir(), '.terraform.d', 'plugins');
const ADDED_MS = 250;
/** Terraform's provider sleeps for seconds at each resource: more rounds take minutes and tell no more. */
const MOST_ROUNDS = 3;

export async function measure(bench, { runs: asked, wants, stopped }) {
  const runs = Math.min(asked, MOST_ROUNDS);
  if (!existsSync(join(PLUGINS, 'registry.terraform.io', 'ucloud', 'ucloud'))) {
    process.stderr.write(`left out, for want of UCloud's provider in ${PLUGINS}: ${ids.join(', ')}\n`);
    return [];
  }
  const cloud = await startCloud(bench);
  try {
    const setting = prepare(bench, cloud);
    await setting.known('ours');
    const make = await alternate(
      {
        ours: async () => {
          await setting.wipe();
          return setting.step('ours');
        },
        floor: async (round) => {
          await setting.wipe();
          return setting.byHand(`make-${round}`, ['init', 'plan', 'apply', 'output']);
        },
      },
      { runs: wants('terraform-make') ? runs : 1, stopped },
    );
    await setting.wipe();
    await setting.step('ours');
    const look = wants('terraform-look')
      ? await alternate({ ours: () => setting.step('ours'), floor: () => setting.byHand('ours', ['plan', 'output']) }, { runs, stopped })
      : { ours: [], floor: [] };
    const judged = { bar: `+ ${ADDED_MS} ms`, judge: (ours, floor) => median(ours) - median(floor) <= ADDED_MS };
    return [
      { id: 'terraform-make', ours: wants('terraform-make') ? make.ours : [], floor: make.floor, ...judged },
      { id: 'terraform-look', ours: look.ours, floor: look.floor, ...judged },
    ];
  } finally {
    await cloud.stop();
  }
}

function prepare(bench, { facts, call }) {
  const rc = join(bench.home, 'terraformrc');
  writeFileSync(rc, `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(PLUGINS)}\n  }\n}\n`);
  const keys = { UCLOUD_PUBLIC_KEY: facts.publicKey, UCLOUD_PRIVATE_KEY: facts.privateKey };
  const env = { ...bench.env, ...keys, TF_CLI_CONFIG_FILE: rc, TF_IN_AUTOMATION: '1' };
  const folder = (name) => join(bench.home, 'clusters', name);
  const nomadctl = (...argv) => run(process.execPath, [cli, ...argv], { env });
  const words = {
    init: ['init', '-input=false', '-no-color'],
    plan: ['plan', '-input=false', '-json', '-detailed-exitcode', '-out=plan'],
    apply: ['apply', '-input=false', '-json', 'plan'],
    output: ['output', '-json'],
  };
  return {
    /** A cluster file, and a journal that knows terraform: only the one step is measured. */
    async known(name) {
      mkdirSync(folder(name), { recursive: true, mode: 0o700 });
      const lines = [
        ...['version: 1', `name: ${name}`, 'target: ucloud', `projectId: ${facts.projectId}`],
        ...[`baseUrl: ${facts.baseUrl}`, 'allowIp: [203.0.113.7/32]'],
      ];
      writeFileSync(join(folder(name), 'cluster.yaml'), `${lines.join('\n')}\n`);
      await nomadctl('up', name, '--until', 'check-cloud');
    },
    async step(name) {
      const start = await nomadctl('up', name, '--only', 'make-ssh-key');
      return (await nomadctl('up', name, '--only', 'apply-network')).ms - start.ms;
    },
    async byHand(name, commands) {
      const root = join(folder(name), 'terraform', 'network');
      if (!existsSync(root)) copyRoot(join(folder('ours'), 'terraform', 'network'), root);
      let ms = 0;
      for (const command of commands) ms += (await exits(root, words[command], env)).ms;
      return ms;
    },
    async wipe() {
      await call('/reset');
      rmSync(join(folder('ours'), 'terraform', 'network', 'terraform.tfstate'), { force: true });
      rmSync(join(folder('ours'), 'terraform', 'network', '.terraform'), { recursive: true, force: true });
    },
  };
}

function copyRoot(from, to) {
  cpSync(from, to, { recursive: true, filter: (path) => !/\.terraform|tfstate|backups|plan$/.test(path) });
}

/** `plan -detailed-exitcode` ends with 2 when there is something to do. */
async function exits(cwd, argv, env) {
  const shell = ['-c', 'terraform "$@" > /dev/null; code=$?; [ $code -eq 2 ] && code=0; exit $code', 'sh', ...argv];
  return run('/bin/sh', shell, { cwd, env });
}

async function startCloud(bench) {
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
