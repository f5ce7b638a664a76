import { execFile, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { describe, expect, it, test } from 'vitest';
import { scenarios, type Rendered, type Scenario } from '../helpers/agent-scenarios.js';
import { requireTool } from '../helpers/require-tool.js';
import { tempHome } from '../helpers/temp-home.js';

const run = promisify(execFile);
const [consul, nomad] = [requireTool('consul') ?? '', requireTool('nomad') ?? ''];

/** Writes the files of a cluster, as they are for Consul and Nomad, and returns their folder. */
async function write({ render }: Scenario): Promise<{ agents: string; rendered: Rendered }> {
  const agents = await tempHome();
  const rendered = await render(agents, consul);
  for (const [path, text] of rendered) {
    await mkdir(dirname(join(agents, path)), { recursive: true });
    await writeFile(join(agents, path), text);
  }
  return { agents, rendered };
}

/** @throws Error with what the program says against the files. */
async function validate(program: string, files: readonly string[]): Promise<void> {
  await (program === 'consul' ? run(consul, ['validate', ...files]) : run(nomad, ['config', 'validate', ...files]));
}

describe.skipIf(consul === '' || nomad === '')('Consul and Nomad', () => {
  it.each(scenarios)('accept what agents of $name are told', async (scenario) => {
    const { agents, rendered } = await write(scenario);
    const folders = [...new Set([...rendered.keys()].map((path) => dirname(path)))];
    const filesOf = (folder: string): string[] => [...rendered.keys()].filter((path) => dirname(path) === folder);
    const shapeOf = (folder: string): string =>
      filesOf(folder)
        .map((path) => shape(rendered.get(path) ?? ''))
        .join();
    const kinds = [...new Map(folders.map((folder) => [shapeOf(folder), folder])).values()];
    expect(kinds.length).toBeGreaterThanOrEqual(3);
    for (const folder of kinds) {
      const files = filesOf(folder).map((path) => join(agents, path));
      await validate(folder.split('/')[1] ?? '', files);
    }
  });

  it.each([
    ['consul', 'server-1', 'gossip_lan', 'gossip_lam', 'invalid config key gossip_lam'],
    ['nomad', 'server-1', 'min_heartbeat_ttl', 'min_hartbeat_ttl', 'unexpected keys min_hartbeat_ttl'],
    ['nomad', 'client-1', 'network_interface', 'net_interface', 'unexpected keys net_interface'],
  ])('%s refuses a key of %s that is misspelt: %s', async (program, node, key, misspelt, message) => {
    const { agents, rendered } = await write(scenarios[0] as Scenario);
    const path = `${node}/${program}/agent.json`;
    expect(rendered.get(path)).toContain(`"${key}"`);
    await writeFile(join(agents, path), rendered.get(path)?.replace(`"${key}"`, `"${misspelt}"`) ?? '');
    await expect(validate(program, [join(agents, path)])).rejects.toThrow(message);
  });
});

/** Agents of one shape differ in names, addresses and numbers only: what is right for one is right for all. */
function shape(text: string): string {
  return JSON.stringify(JSON.parse(text), (_, value: unknown) => (typeof value === 'object' ? value : typeof value));
}

interface LogLine {
  readonly '@message': string;
  readonly skipped_fingerprinters?: readonly string[];
  readonly drivers?: Readonly<Record<string, readonly string[]>>;
}

/** What a Nomad client says until it has looked at its drivers, with its own configuration but for where it is. */
async function startsWith(config: string): Promise<readonly LogLine[]> {
  const dir = await tempHome();
  const [http, rpc, serf] = await freePorts();
  const at = '127.0.0.1';
  await writeFile(join(dir, 'agent.json'), config);
  const here = { bind_addr: at, ports: { http, rpc, serf }, advertise: { http: at, rpc: at, serf: at }, consul: { address: `${at}:1` } };
  // Its own addresses are other people's, and its logs have to come here.
  await writeFile(join(dir, 'here.json'), JSON.stringify({ ...here, data_dir: join(dir, 'data'), log_file: join(dir, 'nomad.log') }));
  const files = ['agent.json', 'here.json'].map((name) => `-config=${join(dir, name)}`);
  const env = { PATH: process.env['PATH'], HOME: dir, CHECKPOINT_DISABLE: '1' };
  const agent = spawn(nomad, ['agent', ...files, '-log-level=DEBUG', '-log-json'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: LogLine[] = [];
  const rest: string[] = [];
  agent.stderr.on('data', (text: Buffer) => rest.push(String(text)));
  try {
    for await (const line of createInterface({ input: agent.stdout })) {
      if (!line.startsWith('{"@')) rest.push(line);
      else said.push(JSON.parse(line) as LogLine);
      if (said.at(-1)?.['@message'] === 'detected drivers') return said;
    }
    throw new Error(`nomad ended before it looked at its drivers\n${rest.join('\n').slice(-2000)}`);
  } finally {
    agent.kill('SIGKILL');
  }
}

async function freePorts(): Promise<number[]> {
  const servers = [createServer(), createServer(), createServer()];
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

const clients: readonly (readonly [string, string, { readonly runsAnything: boolean }])[] = [
  ['local-single', 'client-1', { runsAnything: true }],
  ['local-split-roles', 'client-1', { runsAnything: false }],
  ['hosts-one-server', 'client-1', { runsAnything: false }],
];

// `config validate` looks at neither the options of a client nor its plugins.
test.skipIf(nomad === '').each(clients)('a client of %s understands its options and plugins', async (name, node, { runsAnything }) => {
  const scenario = scenarios.find((some) => some.name === name) as Scenario;
  const rendered = (await scenario.render('/nowhere', consul)).get(`${node}/nomad/agent.json`) ?? '';
  // Nobody outside this computer is asked for anything.
  const config = rendered.replaceAll(/\b10\.8[01]\.0\./g, '127.255.255.');
  const said = await startsWith(config);
  const skipped = said.flatMap(({ skipped_fingerprinters: names }) => names ?? []);
  expect([...skipped].sort()).toEqual(['env_aws', 'env_azure', 'env_digitalocean', 'env_gce']);
  const healthy = said.at(-1)?.drivers?.['healthy'] ?? [];
  expect(healthy.includes('raw_exec')).toBe(runsAnything);
});
