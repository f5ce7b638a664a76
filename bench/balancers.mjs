import { setTimeout as delay } from 'node:timers/promises';
import { agentsOf, follow } from './balancer-events.mjs';
import { FirstAnswers } from './balancer-first-answers.mjs';
import { Load } from './balancer-load.mjs';
import { plainConsulTemplate, nomadTemplate } from './balancer-peers.mjs';
import { run } from './harness.mjs';

/**
 * Balancers of the catalogue on a secured cluster: how soon a new instance is served, beside plain consul-template and Nomad's own
 * template with its defaults; requests that are lost while instances come and go; reloads in a burst of changes.
 */
export const ids = ['balancer-lag', 'balancer-lost', 'balancer-kill', 'balancer-burst'];

const cluster = 'balance';
const SCALED = [2, 5];
/** Changes of the catalogue in a burst, and how many balancers may make of it. */
const CHANGES = 200;
const MOST_RELOADS = 5;

export async function measure(bench, { runs, wants, stopped }) {
  const job = (...argv) => bench.nomadctl('job', ...argv, '--cluster', cluster);
  bench.undo.push(async () => void (await bench.nomadctl('down', cluster, '--yes').catch(() => undefined)));
  await bench.nomadctl('up', cluster, '--yes');
  const agents = await agentsOf(bench, cluster);
  await job('deploy', 'nginx', '--with', 'fabio', '--with', 'microbot');
  await job('deploy', 'haproxy');
  await job('deploy', 'microbot', '--var', 'work_ms=20', '--var', 'count=5');
  const proxies = {};
  for (const name of ['nginx', 'haproxy', 'fabio']) proxies[name] = await addressOf(agents, name);
  const rows = [];
  if (wants('balancer-lost')) rows.push(...(await lost({ job, proxies, stopped })));
  if (wants('balancer-kill')) rows.push(...(await killed({ agents, proxies })));
  if (wants('balancer-burst')) rows.push(await burst({ job, agents, proxies }));
  if (wants('balancer-lag')) rows.push(...(await lags({ bench, job, agents, proxies, runs, stopped })));
  return rows;
}

async function addressOf(agents, service) {
  const [{ Service }] = await agents.consul(`/v1/health/service/${service}?passing`);
  return { host: Service.Address, port: Service.Port };
}

/** Requests that fail in: 5 -> 2 -> 5, an update in turn, canaries with promote, and a revert. */
async function lost({ job, proxies, stopped }) {
  const rows = [];
  for (const keepAlive of [false, true]) {
    if (stopped()) break;
    const loads = Object.entries(proxies).map(([name, at]) => [name, new Load(at, { keepAlive })]);
    const version = keepAlive ? 'k' : 'c';
    await job('scale', 'microbot', '2');
    await job('scale', 'microbot', '5');
    await job('deploy', 'microbot', '--var', 'work_ms=20', '--var', `version=${version}2`);
    await job('deploy', 'microbot', '--var', 'work_ms=20', '--var', `version=${version}3`, '--var', 'canaries=2');
    await job('promote', 'microbot');
    await job('revert', 'microbot');
    for (const [, load] of loads) while (load.sent < 5000 && !stopped()) await delay(100);
    for (const [name, load] of loads) {
      const { sent, failed, repeated, reasons } = await load.end();
      rows.push({
        id: `balancer-lost ${name}, ${keepAlive ? 'kept alive' : 'a connection each'}`,
        ours: [failed],
        unit: `of ${sent}`,
        bar: '0',
        judge: ([count]) => count === 0,
        note: [...(repeated > 0 ? [`${repeated} on connections that had been closed meanwhile, sent again`] : []), ...reasons].join('; '),
      });
    }
  }
  return rows;
}

/** `kill -9` of one of five, behind what tries another one, and beside fabio, which does not. */
async function killed({ agents, proxies }) {
  const loads = Object.entries(proxies).map(([name, at]) => [name, new Load(at, { keepAlive: false })]);
  await delay(2000);
  const { stdout } = await run('pgrep', ['-f', 'nomadctl-bench-.*microbot.mjs'], { env: process.env });
  // A shell of the search itself may be among them.
  process.kill(Number(stdout.trim().split('\n')[0]), 'SIGKILL');
  await agents.healthy('microbot', 5);
  await delay(2000);
  const rows = [];
  for (const [name, load] of loads) {
    const { sent, failed } = await load.end();
    const isHeld = name !== 'fabio';
    rows.push({
      id: `balancer-kill ${name}`,
      ours: [failed],
      unit: `of ${sent}`,
      ...(isHeld ? { bar: '0', judge: ([count]) => count === 0 } : {}),
    });
  }
  return rows;
}

async function burst({ job, agents, proxies }) {
  const before = await reloads(job);
  const { host } = proxies.nginx;
  const from = { Node: 'elsewhere', Address: host };
  const startedAt = Date.now();
  for (let index = 0; index < CHANGES; index++) {
    const Service = { ID: `burst-${index}`, Service: 'microbot', Address: host, Port: proxies.nginx.port };
    // Half of them come, the other half go again.
    if (index < CHANGES / 2) await agents.consul('/v1/catalog/register', { ...from, Service: { ...Service, Tags: [] } });
    else await agents.consul('/v1/catalog/deregister', { Node: 'elsewhere', ServiceID: `burst-${index - CHANGES / 2}` });
  }
  const took = Date.now() - startedAt;
  await agents.consul('/v1/catalog/deregister', { Node: 'elsewhere' });
  await delay(5000);
  const count = (await reloads(job)) - before;
  const judge = ([made]) => made <= MOST_RELOADS;
  return {
    id: 'balancer-burst',
    ours: [count],
    unit: 'reloads',
    bar: `<= ${MOST_RELOADS}`,
    judge,
    note: `${CHANGES} changes in ${took} ms`,
  };
}

async function reloads(job) {
  const { stdout } = await job('logs', 'nginx', '--lines', '1000');
  return Math.max(0, ...[...stdout.matchAll(/reload (\d+)/g)].map(([, count]) => Number(count)));
}

/** From the moment that Consul tells of a new instance to the first answer of it. */
async function lags({ bench, job, agents, proxies, runs, stopped }) {
  const program = (await bench.nomadctl('tools', 'path', 'consul-template')).stdout.trim();
  const peers = { 'plain consul-template': plainConsulTemplate(program, 8180), "Nomad's template, defaults": nomadTemplate(8190) };
  const at = { ours: proxies.nginx, haproxy: proxies.haproxy, fabio: proxies.fabio };
  for (const [name, hcl] of Object.entries(peers)) {
    await agents.register(hcl);
    const [service] = /peer-\w+/.exec(hcl) ?? [];
    await agents.healthy(service, 1);
    at[name] = await addressOf(agents, service);
  }
  await job('deploy', 'microbot', '--var', 'work_ms=0');
  const times = Object.fromEntries(Object.keys(at).map((name) => [name, []]));
  for (let round = 0; round < runs && !stopped(); round++) {
    await job('scale', 'microbot', String(SCALED[0]));
    await delay(12_000);
    const answers = Object.entries(at).map(([name, to]) => [name, new FirstAnswers(to)]);
    const seen = follow(agents, 'microbot', SCALED[1] - SCALED[0], (id) =>
      Promise.all(answers.map(async ([name, proxy]) => times[name].push(await proxy.of(id)))),
    );
    await job('scale', 'microbot', String(SCALED[1]));
    await seen;
  }
  const floor = times['plain consul-template'];
  const judge = (ours) => percentile(ours, 0.5) <= 60 && percentile(ours, 0.95) <= 150;
  const note = (name) => `p50 ${percentile(times[name], 0.5)} ms, p95 ${percentile(times[name], 0.95)} ms`;
  return Object.keys(times).map((name) => ({
    id: `balancer-lag ${name === 'ours' ? 'nginx' : name}`,
    ours: times[name],
    note: note(name),
    ...(name === 'ours' ? { floor, bar: 'p50 <= 60 ms, p95 <= 150 ms', judge } : {}),
  }));
}

function percentile(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)];
}
