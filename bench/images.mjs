import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, delimiter } from 'node:path';
import { startEmulator } from './cloud.mjs';
import { alternate, cli, median, run } from './harness.mjs';

/**
 * `build-images` with real packer against the emulator, hosts being records: three builds side by side beside the slowest of
 * them alone, and a run that has nothing to do. What takes the time is what takes it at UCloud: waiting for hosts and images.
 */
export const ids = ['images-three', 'images-unchanged'];

const NAMES = ['consul-server', 'nomad-server', 'nomad-client'];
/** About 12 s a build: long beside packer's own start, which three of them share two cores for. */
const SCALE = '10';

export async function measure(bench, { runs, wants, stopped }) {
  const packer = await run(process.execPath, [cli, 'tools', 'path', 'packer'], { env: process.env }).catch(() => undefined);
  if (packer === undefined) return [{ id: 'images-three', ours: [], note: 'left out: there is no packer here that builds at UCloud' }];
  const emulator = await start(bench);
  try {
    const env = { ...bench.env, ...emulator.env, PATH: [dirname(packer.stdout.trim()), bench.env.PATH].join(delimiter) };
    const build = (...words) => run(process.execPath, [cli, 'build-images', '--cluster', 'images', '--bare', ...words], { env });
    await build();
    const rows = [];
    if (wants('images-three')) rows.push(await three(build, { runs, stopped }));
    if (wants('images-unchanged')) rows.push(await unchanged(build, emulator, { runs, stopped }));
    return rows;
  } finally {
    await emulator.stop();
  }
}

async function three(build, { runs, stopped }) {
  const alone = async () => {
    const times = [];
    for (const name of NAMES) times.push((await build(name, '--force')).ms);
    return Math.max(...times);
  };
  // Each round takes a minute and a half.
  const times = await alternate({ ours: async () => (await build('--force')).ms, alone }, { runs: Math.min(runs, 3), stopped });
  const judge = (ours, floor) => median(ours) <= 1.15 * median(floor);
  return { id: 'images-three', ours: times.ours, floor: times.alone, bar: '<= 1.15 x the slowest alone', judge };
}

async function unchanged(build, emulator, { runs, stopped }) {
  const before = await emulator.writes();
  const ours = [];
  for (let round = 0; round < runs && !stopped(); round++) ours.push((await build()).ms);
  const written = (await emulator.writes()) - before;
  const judge = (times) => median(times) <= 1000 && written === 0;
  return { id: 'images-unchanged', ours, bar: '<= 1 s, no write', judge, ...(written > 0 ? { note: `${written} writes at the API` } : {}) };
}

async function start(bench) {
  const { facts, stop } = await startEmulator(bench, '--time-scale', SCALE);
  const { baseUrl, control, publicKey, privateKey, projectId } = facts;
  const folder = join(bench.home, 'clusters', 'images');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = { version: 1, name: 'images', target: 'ucloud', projectId, baseUrl, allowIp: ['127.0.0.1/32'] };
  writeFileSync(join(folder, 'cluster.yaml'), JSON.stringify(file));
  return {
    env: { UCLOUD_PUBLIC_KEY: publicKey, UCLOUD_PRIVATE_KEY: privateKey },
    async writes() {
      const { requests } = await (await fetch(new URL('requests', control))).json();
      return requests.filter(({ action }) => !/^(Describe|Get|Check|List)/.test(action)).length;
    },
    stop,
  };
}
