import { setTimeout as sleep } from 'node:timers/promises';
import { serverOf, type Ask, type AskedServer } from './ask-agent.js';
import type { ChaosOptions, ChaosResult } from './chaos.js';
import { openLab, type Lab } from './lab.js';
import { takeTurns, type ChaosTurn } from './chaos-turns.js';
import { randomFrom } from './random.js';
import { repeatedly, type Strikes } from './strike-and-repeat.js';

/**
 * Tenants of a secured cluster that are made, made whole and destroyed by commands that are killed at random moments and given again. What the
 * list says and what Nomad and Consul have agree: for each tenant just what one has that nothing happened to, and of the others nothing.
 */
const NAMES = ['anna', 'bert', 'cleo'] as const;
const SAMPLE = 'sample';

interface World {
  readonly lab: Lab;
  readonly server: AskedServer;
  readonly random: (below: number) => number;
  readonly strikes: Strikes;
  readonly there: Set<string>;
  /** Tenants that were there before, with their state. */
  readonly others: readonly string[];
  readonly traces: Traces;
}

/** What Nomad and Consul have without a tenant, and what one more is, with `SAMPLE` for its name. */
interface Traces {
  readonly none: readonly string[];
  readonly one: readonly string[];
}

/** @param on where a secured cluster is up already, which stays */
export async function runTenantChaos({ on, ...options }: ChaosOptions & { readonly on?: Lab }): Promise<ChaosResult> {
  const lab = on ?? openLab();
  try {
    if (!on) await lab.must(['up', '--drivers', 'raw_exec'], { timeoutMs: 300_000 });
    const random = randomFrom(options.seed);
    const server = await serverOf(lab);
    const strikes = repeatedly({ random, run: (argv, strike) => lab.run(argv, { strike }), start: { home: lab.home } });
    const world: World = { lab, server, random, strikes, there: new Set(), others: await listed(lab), traces: await learn(lab, server) };
    return await takeTurns(options, async () => {
      const { name, kills, problems } = await strikeTenant(world);
      return { name, kills, problems: [...problems, ...(await tenantProblems(world))] };
    });
  } finally {
    if (!on) await lab.end();
  }
}

/** One that nothing happens to, from its making to its end. */
async function learn(lab: Lab, server: AskedServer): Promise<Traces> {
  const none = await settled(server, () => true);
  await lab.must(create(SAMPLE));
  const one = await settled(server, (seen) => seen.some((line) => line.startsWith('service ')));
  await lab.must(['tenant', 'destroy', SAMPLE, '--yes']);
  const after = await settled(server, (seen) => seen.join() === none.join());
  const left = after.filter((line) => !none.includes(line));
  if (left.length > 0) throw new Error(`a tenant that was destroyed without any kill left ${left.join(', ')}`);
  return { none, one: one.filter((line) => !none.includes(line)) };
}

const create = (name: string): string[] => ['tenant', 'create', name, '--var', 'memory=32'];

async function strikeTenant({ random, strikes, there }: World): Promise<ChaosTurn> {
  const tenant = NAMES[random(NAMES.length)] ?? NAMES[0];
  // One that is there is made whole once more now and then.
  const isCreating = !there.has(tenant) || random(100) < 25;
  if (isCreating) {
    const { kills, problems } = await strikes('tenant create', create(tenant));
    there.add(tenant);
    return { name: `create ${tenant}`, kills, problems };
  }
  // Killed when all was done, it says that there is no such tenant.
  const isOver = ({ stderr }: { stderr: string }): boolean => stderr.includes(`there is no tenant ${tenant}`);
  const { kills, problems } = await strikes('tenant destroy', ['tenant', 'destroy', tenant, '--yes'], { isOver });
  there.delete(tenant);
  return { name: `destroy ${tenant}`, kills, problems };
}

async function tenantProblems({ lab, server, there, others, traces }: World): Promise<string[]> {
  const names = await listed(lab);
  const wantedNames = [...others, ...[...there].map((name) => `${name} ready`)].sort();
  const wanted = [...traces.none, ...[...there].flatMap((name) => traces.one.map((line) => line.replaceAll(SAMPLE, name)))].sort();
  const seen = await settled(server, (now) => now.join() === wanted.join());
  return [
    ...(names.join() === wantedNames.join() ? [] : [`the list says ${names.join(', ')}, wanted ${wantedNames.join(', ')}`]),
    ...seen.filter((line) => !wanted.includes(line)).map((line) => `too much: ${line}`),
    ...wanted.filter((line) => !seen.includes(line)).map((line) => `missing: ${line}`),
    ...seen.filter((line, index) => seen.indexOf(line) !== index).map((line) => `twice: ${line}`),
  ];
}

async function listed(lab: Lab): Promise<string[]> {
  const { tenants } = (await lab.must(['tenant', 'list', '--json'])).json<{ tenants: readonly { name: string; state: string }[] }>();
  return tenants.map(({ name, state }) => `${name} ${state}`).sort();
}

const WAIT_MS = 25_000;

/** Nomad takes services away, and Consul tells of it, a moment after a command has ended. */
async function settled(server: AskedServer, isSo: (seen: readonly string[]) => boolean): Promise<readonly string[]> {
  for (const until = Date.now() + WAIT_MS; ; await sleep(250)) {
    const isLast = Date.now() > until;
    // On a busy computer a connection ends now and then before anything was asked.
    const seen = await tracesOf(server).catch((error: unknown) => {
      if (isLast) throw error;
    });
    if (seen && (isLast || isSo(seen))) return seen;
  }
}

/** Consul's rule for jobs of no tenant: they register whatever begins with no tenant's name. */
const EVERYBODYS = 'nomad_namespace == "default"';

/** All that a tenant could leave somewhere, a line each, in alphabetical order. */
async function tracesOf({ nomad, consul }: AskedServer): Promise<string[]> {
  const list = async <T>(ask: Ask, path: string): Promise<T[]> => {
    const reply = await ask(path);
    if (reply.status === 404) return [];
    if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return (await reply.json()) as T[];
  };
  const named = async (ask: Ask, path: string, kind: string): Promise<string[]> =>
    (await list<{ Name: string }>(ask, path)).map(({ Name }) => `${kind} ${Name}`);
  const services = Object.keys((await (await consul('/v1/catalog/services')).json()) as object);
  const lines = await Promise.all([
    named(nomad, '/v1/namespaces', 'namespace'),
    named(nomad, '/v1/acl/policies', 'policy of Nomad'),
    named(nomad, '/v1/acl/roles', 'role of Nomad'),
    named(consul, '/v1/acl/policies', 'policy of Consul'),
    named(consul, '/v1/acl/roles', 'role of Consul'),
    list<{ Selector: string; BindName: string }>(consul, '/v1/acl/binding-rules').then((all) =>
      all.flatMap(({ Selector, BindName }) =>
        Selector.includes(EVERYBODYS)
          ? [...NAMES, SAMPLE].filter((name) => Selector.includes(`${name}-`)).map((name) => `everybody's rule of Consul without ${name}-`)
          : [`rule of Consul: ${Selector} -> ${BindName}`],
      ),
    ),
    list<{ Namespace: string; ID: string; Status: string }>(nomad, '/v1/jobs?namespace=*').then((all) =>
      all.map(({ Namespace, ID, Status }) => `job ${Namespace}/${ID} ${Status}`),
    ),
    list<{ Namespace: string; Name: string; State: string }>(nomad, '/v1/volumes?type=host&namespace=*').then((all) =>
      all.map(({ Namespace, Name, State }) => `volume ${Namespace}/${Name} ${State}`),
    ),
    list<{ Namespace: string; Path: string }>(nomad, '/v1/vars?namespace=*').then((all) =>
      all.map(({ Namespace, Path }) => `variable ${Namespace}/${Path}`),
    ),
    // What was asked for is remembered for a while.
    list<string>(consul, '/v1/kv/nomadctl-tenants/?keys').then((all) =>
      all.filter((key) => !/\/(operations|audit|requests)\//.test(key)).map((key) => `key ${key}`),
    ),
  ]);
  return [...lines.flat(), ...services.map((name) => `service ${name}`)].sort();
}
