import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { cli } from './harness.mjs';

/**
 * The controller on a secured cluster: look-ups of an address beside a create that runs, with a bare server of Node's in the same place
 * as floor; and tenants that are made side by side, beside one alone. A tiny one has a job that sleeps; a Redis has a volume, too.
 */
export const ids = ['tenant-lookups', 'tenants-tiny', 'tenants-redis'];

const cluster = 'tenants';
const LOOKUPS_A_SECOND = 200;
const MOST_MS = 20;
const SIDE_BY_SIDE = 20;
const MOST_TIMES = 3;

export async function measure(bench, { runs, wants, stopped }) {
  bench.undo.push(async () => void (await bench.nomadctl('down', cluster, '--yes').catch(() => undefined)));
  writeTiny(bench.home);
  await bench.nomadctl('up', cluster, '--yes');
  await bench.nomadctl('use', cluster);
  const made = await bench.nomadctl('controller', 'customer', 'create', 'bench', '--quota', String(SIDE_BY_SIDE + 5), '--json');
  const controller = await startController(bench, JSON.parse(made.stdout).token);
  const rows = [];
  try {
    if (wants('tenant-lookups')) rows.push(await lookups(controller, { runs, stopped }));
    for (const [id, body] of Object.entries({
      'tenants-tiny': { template: 'tiny' },
      'tenants-redis': { template: 'redis', variables: { memory: 32 } },
    }))
      if (wants(id) && !stopped()) rows.push(await sideBySide(controller, { id, body, runs, stopped }));
  } finally {
    await controller.end();
  }
  return rows;
}

function writeTiny(home) {
  const folder = join(home, 'tenants', 'tiny', 'tiny');
  mkdirSync(folder, { recursive: true });
  const manifest = {
    ...{ title: 'Tiny', summary: 'A job that sleeps', jobs: [{ job: 'tiny' }] },
    address: { service: 'tiny', url: 'tiny://${addresses}' },
  };
  writeFileSync(join(folder, '..', 'tenant.json'), JSON.stringify(manifest));
  const job = {
    ...{ title: 'Tiny', summary: 'Sleeps', programs: {} },
    variables: [{ name: 'driver', type: 'driver', description: 'Driver', choices: ['raw_exec'] }],
  };
  writeFileSync(join(folder, 'job.json'), JSON.stringify(job));
  writeFileSync(
    join(folder, 'job.nomad.hcl.hbs'),
    `job "tiny" {
  update {
    min_healthy_time = "1s"
    healthy_deadline = "1m"
  }
  group "tiny" {
    network {
      port "tiny" {}
    }
    service {
      name     = {{hcl tenant "-tiny"}}
      provider = "consul"
      port     = "tiny"
      address  = "\${meta.address}"
    }
    task "sleep" {
      driver = {{hcl driver}}
      config {
        command = "sleep"
        args    = ["3600"]
      }
      resources {
        cpu    = 10
        memory = 10
      }
    }
  }
}
`,
  );
}

async function startController(bench, token) {
  const argv = [cli, 'controller', 'serve', '--listen', '127.0.0.1:0'];
  const child = spawn(process.execPath, argv, { env: bench.env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  let url;
  let leads = false;
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const said = JSON.parse(line);
    if (said.event === 'listening') url = new URL(said.url);
    if (said.event === 'leader') leads = said.leads;
    if (said.event === 'failure') process.stderr.write(`${line}\n`);
  });
  while (!leads) {
    if (child.exitCode !== null) throw new Error('the controller has ended');
    await delay(50);
  }
  const agent = new Agent({ keepAlive: true });
  const ask = (method, path, body) => asked({ method, path, agent, host: url.hostname, port: url.port }, { token, body });
  /** Until it has come to an end; how long that took. */
  const until = async ({ operation: { id } }) => {
    for (;;) {
      const { body } = await ask('GET', `/v1/operations/${id}`);
      if (body.state === 'succeeded') return;
      if (body.state === 'failed') throw new Error(`${body.kind} ${body.tenant}: ${body.error?.message} (${body.error?.why.join('; ')})`);
      await delay(100);
    }
  };
  return {
    ask,
    url,
    token,
    async create(name, wanted) {
      const startedAt = Date.now();
      await until(accepted(await ask('POST', '/v1/tenants', { name, ...wanted })));
      return Date.now() - startedAt;
    },
    destroy: async (name) => until(accepted(await ask('DELETE', `/v1/tenants/${name}`))),
    async end() {
      agent.destroy();
      child.kill('SIGINT');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

function accepted({ status, body }) {
  if (status !== 202) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
}

function asked(where, { token, body }) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const asking = request({ ...where, headers }, (reply) => {
      const chunks = [];
      reply.on('data', (chunk) => chunks.push(chunk));
      reply.on('end', () => resolve({ status: reply.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) }));
      reply.on('error', reject);
    });
    asking.on('error', reject);
    asking.end(body && JSON.stringify(body));
  });
}

/** A Redis is made again and again meanwhile; each look-up counts from the moment at which it was to be sent. */
async function lookups(controller, { runs, stopped }) {
  const wanted = { template: 'redis', variables: { memory: 32 } };
  await controller.create('looked-up', wanted);
  const bare = createServer((_, response) => response.setHeader('content-type', 'application/json').end('{}'));
  await once(bare.listen(0, '127.0.0.1'), 'listening');
  const times = { ours: [], bare: [] };
  const rate = [];
  for (let run = 0; run < runs && !stopped(); run++) {
    const name = `beside-${run}`;
    const ours = load(() => controller.ask('GET', '/v1/tenants/looked-up/address'));
    const { ms, perSecond } = await controller.create(name, wanted).finally(ours.stop).then(ours.times);
    times.ours.push(percentile(ms, 0.95));
    rate.push(perSecond);
    await controller.destroy(name);
    const agent = new Agent({ keepAlive: true });
    const floor = load(() => asked({ agent, host: '127.0.0.1', port: bare.address().port, path: '/' }, { token: 'none' }));
    const bareTimes = await controller.create(name, wanted).finally(floor.stop).then(floor.times);
    times.bare.push(percentile(bareTimes.ms, 0.95));
    agent.destroy();
    await controller.destroy(name);
  }
  bare.close();
  bare.closeAllConnections();
  await controller.destroy('looked-up');
  return {
    ...{ id: 'tenant-lookups', ours: times.ours, floor: times.bare, bar: `p95 <= ${MOST_MS} ms at ${LOOKUPS_A_SECOND} a second` },
    judge: (ours) => Math.max(...ours) <= MOST_MS,
    note: `p95 of each run; answered ${rate.map((value) => value.toFixed(0)).join(', ')} a second, one tenant being made beside them`,
  };
}

function load(ask) {
  const startedAt = performance.now();
  const ms = [];
  const pending = new Set();
  let sent = 0;
  let failure;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) * LOOKUPS_A_SECOND) / 1000);
    for (; sent < due; sent++) {
      const at = startedAt + (sent * 1000) / LOOKUPS_A_SECOND;
      const asking = ask()
        .then(({ status }) => {
          if (status === 200) ms.push(performance.now() - at);
          else failure = new Error(`a look-up was answered with ${status}`);
        })
        .catch((error) => (failure = error))
        .finally(() => pending.delete(asking));
      pending.add(asking);
    }
  }, 2);
  return {
    stop() {
      clearInterval(timer);
    },
    async times() {
      await Promise.all(pending);
      if (failure) throw failure;
      return { ms, perSecond: (ms.length * 1000) / (performance.now() - startedAt) };
    },
  };
}

async function sideBySide(controller, { id, body, runs, stopped }) {
  const times = { one: [], many: [] };
  const names = Array.from({ length: SIDE_BY_SIDE }, (_, index) => `many-${index}`);
  for (let run = 0; run < runs && !stopped(); run++) {
    times.one.push(await controller.create('one', body));
    await controller.destroy('one');
    const startedAt = Date.now();
    await Promise.all(names.map((name) => controller.create(name, body)));
    times.many.push(Date.now() - startedAt);
    await Promise.all(names.map((name) => controller.destroy(name)));
  }
  return {
    ...{ id, ours: times.many, floor: times.one, bar: `<= ${MOST_TIMES} x one alone` },
    judge: (ours, floor) => Math.max(...ours) <= MOST_TIMES * Math.max(...floor),
    note: `${SIDE_BY_SIDE} tenants side by side, the floor one alone`,
  };
}

function percentile(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)];
}
