import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alternate, cli, median, residentMb, run } from './harness.mjs';

/** What every run of nomadctl pays before it does anything, against Node itself. */
const verbs = {
  version: { argv: ['--version'], bar: '<= 1.25 x node', judge: (ours, floor) => median(ours) <= 1.25 * median(floor) },
  help: { argv: ['--help'], bar: '<= node + 60 ms', judge: (ours, floor) => median(ours) <= median(floor) + 60 },
  'complete-verb': { argv: ['__complete', ''], bar: '<= help' },
  'complete-flag': { argv: ['__complete', 'up', '--'], bar: '<= help' },
};

/** Commands that only read, without a cluster: nothing is waited for. */
const readOnly = { bar: '<= 1.5 x node', judge: (ours, floor) => median(ours) <= 1.5 * median(floor) };
for (const words of ['list', 'status', 'history', 'config show', 'tools list', 'job list', 'job show redis'])
  verbs[`read-${words.replaceAll(' ', '-')}`] = { argv: words.split(' '), ...readOnly };

export const ids = [...Object.keys(verbs), 'memory'];

export async function measure(bench, { runs, wants, stopped }) {
  const rows = [];
  const empty = join(bench.home, 'empty.mjs');
  writeFileSync(empty, '');
  const node = async (...argv) => (await run(process.execPath, argv, { env: bench.env })).ms;
  const wanted = Object.keys(verbs).filter(wants);
  if (wanted.length > 0) {
    const contenders = { node: () => node('-e', '0'), script: () => node(empty) };
    for (const id of wanted) contenders[id] = () => node(cli, ...verbs[id].argv);
    // The first run of all reads files that later ones find in memory.
    for (const contender of Object.values(contenders)) await contender();
    const times = await alternate(contenders, { runs: Math.max(runs, 15), stopped });
    for (const id of wanted) {
      const { bar, judge = (ours) => median(ours) <= median(times.help ?? ours) } = verbs[id];
      rows.push({ id, ours: times[id], floor: times.node, bar, judge });
    }
    rows.push({ id: 'empty script', ours: times.script, floor: times.node });
  }
  if (wants('memory')) rows.push(...(await memory(bench)));
  return rows;
}

async function memory(bench) {
  const floor = [await residentMb(bench, ['-e', '0'])];
  const within = (ours) => Math.max(...ours) <= 90;
  const rows = [];
  for (const argv of [['--version'], ['--help'], ['list'], ['job', 'list'], ['up', 'memory', '--plan']]) {
    rows.push({
      id: `memory of ${argv.join(' ')}`,
      ours: [await residentMb(bench, [cli, ...argv])],
      floor,
      unit: 'MB',
      bar: '<= 90 MB',
      judge: within,
    });
  }
  return rows;
}
