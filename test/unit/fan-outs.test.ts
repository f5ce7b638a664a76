import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, test } from 'vitest';
import { fanOutsIn } from '../helpers/fan-outs.js';
import { root, sourceFiles } from '../helpers/house.js';

/** Work that may begin all at once, by file: how many of it there can be, or why it has to. */
const BOUNDED: Readonly<Record<string, string>> = {
  'src/agents/chroot-links.ts: ROOT_LINKS': 'a list of the code',
  'src/agents/free-port.ts: ports': 'the ports of one node',
  'src/clients/watch.ts: pending.values()': 'the lists that one watcher looks at, which its code names',
  'src/commands/discovery/prove.ts: aims': 'our balancers',
  'src/commands/discovery/prove.ts: traffics': 'our balancers',
  'src/commands/doctor.ts: targets': 'our targets',
  'src/commands/down/forget-cluster.ts: folders': 'folders that the code names',
  'src/commands/logs.ts: files': 'the agents of one node',
  'src/commands/logs.ts: sources': 'the agents of one node',
  'src/engine/run-plan.ts: group': 'steps of a plan, which its code names',
  'src/jobs/parse/input-variables.ts: folders': 'one a variable file of the command line',
  'src/jobs/placement/explain-placement.ts: stubs.slice(0, NODES_SHOWN)': 'as many as are shown',
  'src/jobs/placement/shared-ports.ts: claims': 'the static ports of one job file; nothing is asked for them',
  'src/jobs/report/read-job.ts: latest': 'as many as are shown',
  'src/jobs/rollout/failure-tree.ts: guilty': 'tasks of one allocation',
  'src/jobs/rollout/failure-tree.ts: newestFirst.slice(0, ALLOCATIONS_SHOWN)': 'as many as are shown',
  'src/jobs/rollout/failure-tree.ts: tellingEvents(state) .slice(-EVENTS_SHOWN)': 'as many as are shown',
  'src/jobs/rollout/watch-checks.ts: unsure.slice(-LOOKED_AT)': 'a handful of allocations, which its code names',
  'src/plans/list-tools.ts: toolNames': 'our programs',
  'src/programs/locate-tool.ts: named ? [named] : programs': 'names that one program may have',
  'src/programs/unpack-packages.ts: parents': 'folders of the few packages that a program comes from',
  'src/steps/images/render-images.ts: builds': 'our images',
  'src/steps/tools/check-tools.ts: agents': 'kinds of agents',
  'src/steps/tools/check-tools.ts: work': 'kinds of agents',
  'src/steps/ucloud/choose-images.ts: imageNames': 'our images',
  'src/targets/local/doctor.ts: ports': 'the ports of one node',
  'src/targets/ucloud/interview/settle-size.ts: presets': 'a list of the code',
  'src/ucloud/hosts/stock.ts: zones': 'zones of a region: ten at the most',
  'src/ucloud/owned/owned-resources.ts: kinds': 'kinds of resources',
  'packages/ucloud-emulator/src/machines/hosts/power-on.ts: dataDisksOf(host, view)': 'disks of one host',
};

const found = sourceFiles().flatMap((file) => fanOutsIn(file, readFileSync(join(root, file), 'utf8')).map((what) => `${file}: ${what}`));

it('begins nothing that grows all at once: mapBounded does it', () => {
  expect(found.filter((place) => !(place in BOUNDED))).toEqual([]);
});

it('excuses nothing that is no longer there', () => {
  expect(Object.keys(BOUNDED).filter((place) => !found.includes(place))).toEqual([]);
});

test.each([
  ['await Promise.all(jobs.map((job) => stop(job)));', ['jobs']],
  ['return Promise.allSettled(jobs.filter(isLive).map(stop));', ['jobs']],
  ['await Promise.all([...jobs.values()].map(stop));', ['jobs.values()']],
  ['await Promise.all([first(), ...jobs.map(stop)]);', ['jobs']],
  ['const all = jobs.map(stop); await Promise.all(all);', ['all']],
  ['await Promise.all([one(), two()]);', []],
  ["await Promise.all(['a', 'b'].map(read));", []],
  ['await mapBounded(jobs, 16, stop);', []],
])('%s', (line, many) => {
  expect(fanOutsIn('x.ts', line)).toEqual(many);
});
