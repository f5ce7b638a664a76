import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alternate, cli, median, residentMb, root, run } from './harness.mjs';

/** `up` and `down` against a shell script that starts and ends the same agents, plain ones, with the same files. */
const sizes = {
  'up-1+2': { servers: 1, clients: 2 },
  'up-3+3+2': { servers: 3, clients: 2 },
};
const MOST = 0.95;
/** What keys, certificates, TLS and access control may add to the plain floor. */
const SECURED_MS = 1000;
const POC = ['--profile', 'poc', '--yes'];

export const ids = [...Object.keys(sizes), 'up-nothing-to-do', 'down', 'memory'];

export async function measure(bench, options) {
  const { wants } = options;
  const others = wants('up-nothing-to-do') || wants('down');
  const chosen = Object.keys(sizes).filter((id) => wants(id) || (others && id === 'up-3+3+2'));
  const rows = [];
  for (const id of chosen) rows.push(...(await life(bench, { id, ...options })));
  if (wants('memory')) rows.push(...(await memory(bench)));
  return rows.filter((row) => wants(row.group ?? row.id));
}

async function life(bench, { id, runs, stopped }) {
  const { servers, clients } = sizes[id];
  const size = ['--servers', String(servers), '--clients', String(clients)];
  const hand = await byHand(bench, { name: `hand-${servers}`, size });
  const ours = `ours-${servers}`;
  const poc = `poc-${servers}`;
  for (const name of [ours, poc]) bench.undo.push(async () => void (await bench.nomadctl('down', name).catch(() => undefined)));
  const downs = { ours: [], hand: [] };
  const nothing = [];
  const times = await alternate(
    {
      async ours() {
        const { ms } = await bench.nomadctl('up', ours, ...size);
        nothing.push((await bench.nomadctl('up', ours, ...size)).ms);
        downs.ours.push((await bench.nomadctl('down', ours)).ms);
        return ms;
      },
      async poc() {
        const { ms } = await bench.nomadctl('up', poc, ...size, ...POC);
        await bench.nomadctl('down', poc);
        return ms;
      },
      async hand() {
        const { ms } = await hand.up();
        downs.hand.push((await hand.down()).ms);
        return ms;
      },
    },
    { runs, stopped },
  );
  const steady = (values) => Math.max(...values) <= 2 * median(values);
  const rows = [
    {
      ...{ id, ours: times.ours, floor: times.hand, bar: `<= by hand and plain + ${SECURED_MS} ms, max <= 2 x median` },
      judge: (mine, floor) => median(mine) <= median(floor) + SECURED_MS && steady(mine),
    },
    {
      ...{ id: `${id} with profile poc`, group: id, ours: times.poc, floor: times.hand, bar: `<= ${MOST} x by hand, max <= 2 x median` },
      judge: (mine, floor) => median(mine) <= MOST * median(floor) && steady(mine),
    },
  ];
  if (servers === 1) return rows;
  rows.push({ id: 'up-nothing-to-do', ours: nothing, bar: '<= 500 ms', judge: (mine) => median(mine) <= 500 });
  rows.push({ id: 'down', ours: downs.ours, floor: downs.hand, bar: '<= 3 s, every run', judge: (mine) => Math.max(...mine) <= 3000 });
  return rows;
}

/** nomadctl renders the files once, in a cluster that then belongs to the script. */
async function byHand(bench, { name, size }) {
  const agents = join(bench.home, 'clusters', name, 'agents');
  const plan = join(bench.home, `${name}.plan`);
  const script = join(root, 'bench', 'by-hand.sh');
  const call = (action) => run('bash', [script, action, agents, plan], { env: bench.env });
  bench.undo.push(async () => void (await bench.nomadctl('down', name).catch(() => undefined)));
  await bench.nomadctl('up', name, ...size, ...POC);
  const { nodes } = JSON.parse(readFileSync(join(bench.home, 'clusters', name, 'journal.json'), 'utf8')).state;
  await bench.nomadctl('down', name, '--keep-data');
  writeFileSync(plan, `${nodes.flatMap((node) => linesOf(node, { agents, bench })).join('\n')}\n`);
  for (const { name: node } of nodes)
    for (const program of ['consul', 'nomad']) rmSync(join(agents, node, program, 'data'), { recursive: true, force: true });
  bench.undo.push(async () => void (await call('down').catch(() => undefined)));
  return { up: () => call('up'), down: () => call('down') };
}

function linesOf({ name, role, address, ports }, { agents, bench }) {
  const mode = role === 'client' ? 'client' : 'server';
  return [
    ['consul', mode, join(agents, name, 'consul'), `${address}:${ports.consulHttp}`, bench.consul],
    ['nomad', mode, join(agents, name, 'nomad'), `${address}:${ports.nomadHttp}`, bench.nomad],
  ].map((words) => words.join(' '));
}

async function memory(bench) {
  const name = 'memory';
  bench.undo.push(async () => void (await bench.nomadctl('down', name).catch(() => undefined)));
  const rows = [];
  for (const argv of [
    ['up', name],
    ['status', name],
    ['env', name],
    ['down', name],
  ]) {
    const ours = [await residentMb(bench, [cli, ...argv])];
    rows.push({ id: `memory of ${argv[0]}`, group: 'memory', ours, unit: 'MB', bar: '<= 90 MB', judge: ([mb]) => mb <= 90 });
  }
  return rows;
}
