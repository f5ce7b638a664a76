import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alternate, cli, median, residentMb, root, run } from './harness.mjs';

/** `job deploy` against `nomad job run` of the same rendered job: both end when the deployment is healthy. */
const jobs = {
  'deploy-small': { word: join(root, 'bench', 'small.nomad.hcl'), name: 'small' },
  'deploy-redis': { word: 'redis', name: 'redis' },
};

export const ids = [...Object.keys(jobs), 'deploy-memory'];

const cluster = 'jobs';

export async function measure(bench, { runs, wants, stopped }) {
  const wanted = Object.keys(jobs).filter(wants);
  bench.undo.push(async () => void (await bench.nomadctl('down', cluster).catch(() => undefined)));
  // Nomad's own program is told an address and nothing else.
  await bench.nomadctl('up', cluster, '--profile', 'poc', '--yes');
  const { nomad: address } = JSON.parse((await bench.nomadctl('up', cluster, '--json')).stdout);
  const env = { ...bench.env, NOMAD_ADDR: address };
  const rows = [];
  for (const id of wanted) rows.push(...(await deploys(bench, { id, ...jobs[id], env, runs, stopped })));
  if (wants('deploy-memory')) rows.push(await memory(bench, env));
  return rows;
}

async function deploys(bench, { id, word, name, env, runs, stopped }) {
  const file = join(bench.home, `${name}.nomad.hcl`);
  if (word === name) writeFileSync(file, (await bench.nomadctl('job', 'render', word, '--driver', 'raw_exec')).stdout);
  const spec = word === name ? file : word;
  const ours = (...flags) => bench.nomadctl('job', 'deploy', word, '--cluster', cluster, ...flags);
  const timed = async (deploy) => {
    const { ms } = await deploy();
    await purge(bench, { name, env });
    return ms;
  };
  const times = await alternate(
    {
      ours: () => timed(() => ours('--no-verify')),
      nomad: () => timed(() => run(bench.nomad, ['job', 'run', spec], { env })),
      ...(word === name ? { verified: () => timed(() => ours()) } : {}),
    },
    { runs, stopped },
  );
  const judge = (mine, floor) => median(mine) <= median(floor) + 200;
  const rows = [{ id, ours: times.ours, floor: times.nomad, bar: '<= nomad job run + 200 ms', judge }];
  if (times.verified) rows.push({ id: `${id} with its checks`, ours: times.verified, floor: times.nomad });
  return rows;
}

/** Each run registers a job that Nomad has never seen. */
async function purge(bench, { name, env }) {
  await run(bench.nomad, ['job', 'stop', '-purge', '-yes', name], { env });
  await run(bench.nomad, ['system', 'gc'], { env });
}

async function memory(bench, env) {
  const ours = [await residentMb(bench, [cli, 'job', 'deploy', 'redis', '--cluster', cluster])];
  await purge(bench, { name: 'redis', env });
  return { id: 'memory of job deploy redis', ours, unit: 'MB', bar: '<= 90 MB', judge: ([mb]) => mb <= 90 };
}
