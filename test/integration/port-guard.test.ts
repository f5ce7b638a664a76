import { execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { CLOSE_APIS, OPEN_APIS } from '../../src/machines/first-token-script.js';
import { requireTool } from '../helpers/require-tool.js';

const run = promisify(execFile);
const asker = fileURLToPath(new URL('../fixtures/port-asker.mjs', import.meta.url));
const userData = fileURLToPath(new URL('../golden/terraform/user-data/client-1.sh', import.meta.url));
const can = process.getuid?.() === 0 && ['ip', 'iptables-restore'].every((tool) => requireTool(tool) !== undefined);

/** A host and its neighbours: two namespaces of the test's own, with a wire between. */
async function wired(): Promise<{ readonly host: string; readonly neighbours: string }> {
  const word = randomBytes(3).toString('hex');
  const [host, neighbours] = [`ncg${word}h`, `ncg${word}n`];
  const ip = (line: string): void => void execFileSync('ip', line.split(' '));
  for (const name of [host, neighbours]) {
    ip(`netns add ${name}`);
    onTestFinished(() => ip(`netns del ${name}`));
    ip(`-n ${name} link set lo up`);
  }
  for (const [card, own] of [
    ['ens9', '10.80.0.11/24'],
    ['docker0', '172.17.0.1/16'],
  ] as const) {
    ip(`-n ${host} link add ${card} type veth peer name far-${card} netns ${neighbours}`);
    ip(`-n ${host} addr add ${own} dev ${card}`);
    ip(`-n ${host} link set ${card} up`);
    ip(`-n ${neighbours} link set far-${card} up`);
  }
  ip(`-n ${neighbours} addr add 10.80.0.1/24 dev far-ens9`);
  ip(`-n ${neighbours} addr add 172.17.0.2/16 dev far-docker0`);
  for (const address of Object.values(CALLERS))
    if (address !== CALLERS.container) ip(`-n ${neighbours} addr add ${address}/32 dev far-ens9`);
  ip(`-n ${host} route add default via 10.80.0.1`);
  return { host, neighbours };
}

/** Of `allowIp` in the golden user data, 10.9.0.0/16 is private. */
const CALLERS = {
  cluster: '10.80.0.12',
  'other subnet': '10.81.0.12',
  allowed: '10.9.0.5',
  stranger: '10.82.0.5',
  'other range': '192.168.7.5',
  internet: '203.0.113.200',
  container: '172.17.0.2',
} as const;

const PORTS = {
  ssh: ['tcp', 22],
  api: ['tcp', 8501],
  nomad: ['tcp', 4646],
  rpc: ['tcp', 8300],
  gossip: ['udp', 8301],
  'gossip over tcp': ['tcp', 4648],
  dns: ['udp', 8600],
  job: ['tcp', 25_000],
} as const;

/** The script that a host's user data writes for every boot. */
async function guardScript(): Promise<string> {
  const text = await readFile(userData, 'utf8');
  return /^cat > \S*\/guard-ports << 'NOMADCTL_END'\n([^]*?)^NOMADCTL_END$/m.exec(text)?.[1] ?? '';
}

const serving = Object.values(PORTS).map(([protocol, port]) => ({ protocol, port }));

test.skipIf(!can)('the guard of a host tells the cluster, callers, strangers, the internet and containers apart', async () => {
  const { host, neighbours } = await wired();
  const server = spawn('ip', ['netns', 'exec', host, process.execPath, asker, 'serve', JSON.stringify(serving)]);
  onTestFinished(() => void server.kill());
  await once(server.stdout, 'data');
  const script = await guardScript();
  // Again at every boot, and by hand: it is the same then.
  for (let boot = 0; boot < 2; boot++) execFileSync('ip', ['netns', 'exec', host, 'sh', '-c', script]);
  const rules = execFileSync('ip', ['netns', 'exec', host, 'iptables', '-S', 'INPUT'], { encoding: 'utf8' });
  expect(rules.match(/-j NOMADCTL/g)).toHaveLength(1);

  const asked = Object.entries(CALLERS).flatMap(([name, from]) =>
    serving.map((target) => ({ ...target, from, to: name === 'container' ? '172.17.0.1' : '10.80.0.11' })),
  );
  const { stdout } = await run('ip', ['netns', 'exec', neighbours, process.execPath, asker, 'ask', JSON.stringify(asked)]);
  const answers = JSON.parse(stdout) as string[];
  const table = Object.keys(CALLERS).map((name, row) => {
    const own = answers.slice(row * serving.length, (row + 1) * serving.length);
    return [name, Object.keys(PORTS).filter((_, column) => own[column] === 'yes')];
  });
  const all = Object.keys(PORTS);
  expect(new Set(answers)).toEqual(new Set(['yes', 'no']));
  expect(Object.fromEntries(table)).toEqual({
    cluster: all,
    'other subnet': all,
    allowed: ['ssh', 'api', 'nomad', 'job'],
    stranger: ['job'],
    'other range': ['job'],
    internet: ['ssh', 'api', 'nomad', 'job'],
    container: all,
  });
});

test.skipIf(!can)('a server of a cluster without tokens answers its own host alone, until it is opened', async () => {
  const { host, neighbours } = await wired();
  const server = spawn('ip', ['netns', 'exec', host, process.execPath, asker, 'serve', JSON.stringify(serving)]);
  onTestFinished(() => void server.kill());
  await once(server.stdout, 'data');
  const onHost = (script: string): void => void execFileSync('ip', ['netns', 'exec', host, 'bash', '-euo', 'pipefail', '-c', script]);
  const reachedFrom = async (place: string, from: string, to = '10.80.0.11'): Promise<string[]> => {
    const asked = serving.map((target) => ({ ...target, from, to }));
    const { stdout } = await run('ip', ['netns', 'exec', place, process.execPath, asker, 'ask', JSON.stringify(asked)]);
    const answers = JSON.parse(stdout) as string[];
    return Object.keys(PORTS).filter((_, column) => answers[column] === 'yes');
  };
  const all = Object.keys(PORTS);
  const closed = all.filter((name) => !['api', 'nomad'].includes(name));
  // Again by a run that was killed: it is the same then.
  for (let turn = 0; turn < 2; turn++) onHost(CLOSE_APIS);
  // An asker that had no processor for a second heard nobody.
  const patience = { timeout: 20_000 };
  await expect.poll(() => reachedFrom(neighbours, CALLERS.cluster), patience).toEqual(closed);
  await expect.poll(() => reachedFrom(neighbours, CALLERS.internet), patience).toEqual(closed);
  await expect.poll(() => reachedFrom(host, '127.0.0.1', '127.0.0.1'), patience).toEqual(all);
  onHost(OPEN_APIS);
  await expect.poll(() => reachedFrom(neighbours, CALLERS.internet), patience).toEqual(all);
});
