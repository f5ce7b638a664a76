import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hasProvider, startEmulator, terraformEnv, writeCluster } from './cloud.mjs';
import { alternate, cli, median, run } from './harness.mjs';

/**
 * A step that runs terraform, beside the same commands by hand: the network of a cluster on the emulator, made from nothing
 * (init, plan, apply, output), and looked at again (plan, output). The start of nomadctl is paid once, not by step: it is measured with a
 * step that does nothing, and taken off. Needs UCloud's provider in terraform's plugin directory.
 */
export const ids = ['terraform-make', 'terraform-look'];

const ADDED_MS = 250;
/** Terraform's provider sleeps for seconds at each resource: more rounds take minutes and tell no more. */
const MOST_ROUNDS = 3;

export async function measure(bench, { runs: asked, wants, stopped }) {
  const runs = Math.min(asked, MOST_ROUNDS);
  if (!hasProvider(ids)) return [];
  const cloud = await startEmulator(bench);
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
  const env = terraformEnv(bench, facts);
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
      writeCluster(folder(name), name, facts);
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
