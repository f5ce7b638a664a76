import { Agent, request } from 'node:http';
import { alternate, median, run } from './harness.mjs';

/** `down` of a cluster with many jobs, against a loop of curl that purges them, so many requests at a time. */
const JOBS = 2000;
const AT_ONCE = 16;
const cluster = 'scale';

export const ids = ['down-2000-jobs', 'status-2000-jobs'];

export async function measure(bench, { runs, wants, stopped }) {
  bench.undo.push(async () => void (await bench.nomadctl('down', cluster).catch(() => undefined)));
  const readings = [];
  const empty = [];
  const withJobs = async (remove) => {
    await bench.nomadctl('up', cluster, '--clients', '1', '--profile', 'poc', '--yes');
    const { nomad } = JSON.parse((await bench.nomadctl('up', cluster, '--clients', '1', '--json')).stdout);
    empty.push((await bench.nomadctl('status', cluster)).ms);
    await register(nomad);
    readings.push((await bench.nomadctl('status', cluster)).ms);
    return remove(nomad);
  };
  const times = await alternate(
    {
      ours: () => withJobs(async () => (await bench.nomadctl('down', cluster)).ms),
      curl: () =>
        withJobs(async (nomad) => {
          const ms = await purge(bench, nomad);
          await bench.nomadctl('down', cluster);
          return ms;
        }),
    },
    { runs, stopped },
  );
  return [
    {
      id: 'down-2000-jobs',
      ours: times.ours,
      floor: times.curl,
      bar: '<= 1.5 x a loop of curl',
      judge: (ours, floor) => median(ours) <= 1.5 * median(floor),
    },
    { id: 'status-2000-jobs', ours: readings, floor: empty },
  ].filter(({ id }) => wants(id));
}

/** Jobs that no client takes: nothing of them runs. */
async function register(url) {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const post = (ID) =>
    new Promise((resolve, reject) => {
      const task = { Name: 'true', Driver: 'raw_exec', Config: { command: '/bin/true' }, Resources: { CPU: 1, MemoryMB: 10 } };
      const Constraints = [{ LTarget: '${node.class}', RTarget: 'nowhere', Operand: '=' }];
      const Job = { ID, Name: ID, Type: 'service', Datacenters: ['*'], Constraints, TaskGroups: [{ Name: 'group', Tasks: [task] }] };
      const call = request(`${url}/v1/jobs`, { method: 'POST', agent }, (reply) => {
        reply.resume().on('end', () => (reply.statusCode === 200 ? resolve() : reject(new Error(`Nomad answered ${reply.statusCode}`))));
      });
      call.on('error', reject).end(JSON.stringify({ Job }));
    });
  await Promise.all(Array.from({ length: JOBS }, (_, index) => post(`many-${index}`)));
  agent.destroy();
}

async function purge(bench, url) {
  const share = JOBS / AT_ONCE;
  const script = `for i in $(seq 0 ${AT_ONCE - 1}); do
    seq $((i * ${share})) $((i * ${share} + ${share - 1})) | sed 's|.*|url=${url}/v1/job/many-&?purge=true\\noutput=/dev/null|' | curl -s -X DELETE -K - &
  done; wait`;
  const { ms } = await run('bash', ['-c', script], { env: bench.env });
  const left = await (await fetch(`${url}/v1/jobs`)).json();
  if (left.length > 0) throw new Error(`the loop of curl has left ${left.length} jobs`);
  return ms;
}
