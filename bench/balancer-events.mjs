import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from './harness.mjs';

/** Consul and Nomad of a secured cluster, as `nomadctl env` says how to reach them. */
export async function agentsOf(bench, cluster) {
  const { stdout } = await bench.nomadctl('env', cluster);
  const env = Object.fromEntries([...stdout.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [name, value]));
  // A query that waits begins again at once: no time goes into a connection anew.
  const agent = new Agent({ keepAlive: true, ca: readFileSync(env.CONSUL_CACERT) });
  const consul = async (path, body) => {
    const { value } = await call(new URL(path, env.CONSUL_HTTP_ADDR), { agent, body, token: { 'x-consul-token': env.CONSUL_HTTP_TOKEN } });
    return value;
  };
  const watch = (path) => call(new URL(path, env.CONSUL_HTTP_ADDR), { agent, token: { 'x-consul-token': env.CONSUL_HTTP_TOKEN } });
  const passing = async (service) => (await consul(`/v1/health/service/${service}?passing`)).length;
  return {
    consul,
    watch,
    register: async (hcl) => {
      const file = join(bench.home, 'peer.nomad.hcl');
      writeFileSync(file, hcl);
      await run(bench.nomad, ['job', 'run', '-detach', file], { env: { ...bench.env, ...env } });
    },
    /** Waits until that many instances pass their checks. */
    healthy: async (service, count) => {
      for (let tries = 0; (await passing(service)) < count; tries++) {
        if (tries > 600) throw new Error(`${service} has no ${count} healthy instances after a minute`);
        await delay(100);
      }
    },
  };
}

/** Calls for each new instance of a service, at the moment that a query that waits tells of it, until there were so many. */
export async function follow(agents, service, count, found) {
  const path = `/v1/health/service/${service}?passing`;
  let { value, index } = await agents.watch(path);
  const known = new Set(value.map(({ Service }) => Service.ID));
  const calls = [];
  while (calls.length < count) {
    ({ value, index } = await agents.watch(`${path}&index=${index}&wait=60s`));
    for (const { Service } of value.filter((one) => !known.has(one.Service.ID))) {
      known.add(Service.ID);
      const [id] = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/.exec(Service.ID);
      calls.push(found(id));
    }
  }
  await Promise.all(calls);
}

function call(url, { agent, token, body }) {
  return new Promise((resolve, reject) => {
    const options = { agent, headers: token, method: body === undefined ? 'GET' : 'PUT' };
    const sent = request(url, options, (reply) => {
      let text = '';
      reply.on('data', (chunk) => (text += chunk));
      reply.on('end', () => {
        if (reply.statusCode !== 200) return reject(new Error(`${url.pathname} answered ${reply.statusCode}: ${text}`));
        resolve({ value: JSON.parse(text), index: reply.headers['x-consul-index'] });
      });
    });
    sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}
