// `npm run bench [-- --only <row> --runs <n>]`: a table, ours beside the floor measured in the same run, in turns. Times of
// one run compare with each other and with nothing else. Clusters live in a temporary home and go at the end.
import { parseArgs } from 'node:util';
import { openBench, root, run } from './harness.mjs';
import { printTable } from './table.mjs';
import * as balancers from './balancers.mjs';
import * as clusterLife from './cluster-life.mjs';
import * as emulator from './emulator.mjs';
import * as emulatorMany from './emulator-many.mjs';
import * as images from './images.mjs';
import * as jobDeploy from './job-deploy.mjs';
import * as machines from './machines.mjs';
import * as scale from './scale.mjs';
import * as startUp from './start-up.mjs';
import * as state from './state.mjs';
import * as tenants from './tenants.mjs';
import * as terraformStep from './terraform-step.mjs';

const groups = [startUp, clusterLife, jobDeploy, balancers, emulator, emulatorMany, machines, images, terraformStep, state, tenants, scale];
const { values: flags } = parseArgs({ options: { only: { type: 'string', multiple: true }, runs: { type: 'string', default: '5' } } });
const known = [...new Set(groups.flatMap(({ ids }) => ids))];
const runs = Number(flags.runs);
const wrong = (flags.only ?? []).filter((word) => !known.some((id) => id.startsWith(word)));

if (wrong.length > 0 || !Number.isInteger(runs) || runs < 1) {
  process.stderr.write(`usage: npm run bench -- [--only <row>]... [--runs <n>]\nrows: ${known.join(', ')}\n`);
  process.exitCode = 2;
} else {
  await bench();
}

async function bench() {
  const wants = (id) => flags.only === undefined || flags.only.some((word) => id.startsWith(word));
  let signals = 0;
  const stopped = () => signals > 0;
  process.on('SIGINT', () => signals++ === 0 && process.stderr.write('Taking the clusters down; what was measured follows.\n'));
  process.on('SIGTERM', () => signals++);
  await run(process.execPath, ['scripts/build.mjs', '--if-stale'], { cwd: root, env: process.env });
  const setting = await openBench();
  const rows = [];
  try {
    for (const { ids, measure } of groups.filter(({ ids }) => ids.some(wants))) {
      if (stopped()) break;
      process.stderr.write(`measuring ${ids.filter(wants).join(', ')}\n`);
      rows.push(...(await measure(setting, { runs, wants, stopped })));
    }
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } finally {
    await setting.close();
  }
  process.stdout.write(`\nNode ${process.versions.node}, ${process.platform} ${process.arch}; medians\n\n`);
  printTable(rows);
  if (stopped()) process.exitCode = 130;
}
