import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { allocationsFolder } from '../../src/agents/bridge/allocations-folder.js';
import { holdsAddresses, releaseAddresses } from '../../src/agents/node-assignment.js';
import { runningAgent } from '../../src/agents/running-agent.js';
import { mountsUnder, processesUnder } from '../../src/agents/leftovers/leftover-processes.js';
import { socketFolder } from '../../src/agents/socket-folder.js';
import { agentFiles } from '../../src/agents/node-record.js';
import { createPaths, type ClusterPaths } from '../../packages/base/src/paths.js';
import { runFolder } from './run-folder.js';
import { runCli, startCli, type CliOptions, type CliResult, type RunningCli } from './run-cli.js';

type LabOptions = Omit<Partial<CliOptions>, 'home'>;

/** A home of its own in which the built nomadctl brings up real clusters, and the means to see what is really there. */
export interface Lab {
  readonly home: string;
  run(argv: readonly string[], options?: LabOptions): Promise<CliResult>;
  start(argv: readonly string[], options?: LabOptions): RunningCli;
  /** As `run`, and fails with the output unless it exits with 0. */
  must(argv: readonly string[], options?: LabOptions): Promise<CliResult>;
  paths(cluster?: string): ClusterPaths;
  /** `server-1 consul` -> process id, from /proc alone. An agent that runs twice is there with both. */
  agents(cluster?: string): Map<string, number[]>;
  status(cluster?: string): Promise<Status>;
  /** Takes everything down: by nomadctl, then whatever is left by its folder. Never throws. */
  end(): Promise<void>;
}

export interface Status {
  readonly nodes: readonly { name: string; address: string; agents: readonly { name: string; state: string; pid?: number }[] }[];
  readonly consulLeader?: string;
  readonly nomadLeader?: string;
  readonly consulMembers?: readonly { name: string; status: string }[];
  readonly nomadClients?: readonly { name: string; status: string; eligibility: string }[];
  readonly jobs?: readonly { id: string; running: number; desired: number }[];
  readonly drift: readonly string[];
  readonly unfinished: readonly { id: string; status: string }[];
  readonly busy?: unknown;
}

export function openLab(base: LabOptions = {}): Lab {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'nomadctl-lab-')));
  const [probes, knownProbes] = [home, runFolder('lab')].map((folder) => join(folder, 'tool-probes.json')) as [string, string];
  // As where nomadctl has run before: what the agents' programs say of their versions was asked by the first lab of the run.
  if (existsSync(knownProbes)) copyFileSync(knownProbes, probes);
  const paths = createPaths({ home, packageRoot: home });
  const run: Lab['run'] = (argv, options = {}) => runCli(argv, { ...base, ...options, home });
  const must: Lab['must'] = async (argv, options) => {
    const result = await run(argv, options);
    if (result.code !== 0) throw new Error(`nomadctl ${argv.join(' ')} exited with ${result.code}\n${result.stdout}\n${result.stderr}`);
    return result;
  };
  return {
    home,
    run,
    must,
    start: (argv, options = {}) => startCli(argv, { ...base, ...options, home }),
    paths: (cluster = 'dev') => paths.cluster(cluster),
    agents: (cluster = 'dev') => agentsUnder(paths.cluster(cluster).agents),
    // Whatever it exits with: that Nomad does not answer is something to see, too.
    status: async (cluster = 'dev') => (await run(['status', cluster, '--json'])).json<Status>(),
    async end() {
      if (existsSync(probes) && !existsSync(knownProbes)) copyFileSync(probes, knownProbes);
      for (const name of existsSync(paths.clusters) ? readdirSync(paths.clusters) : []) {
        await run(['down', name], { timeoutMs: 40_000 }).catch(() => undefined);
      }
      sweepFolder(home);
      for (const name of existsSync(paths.clusters) ? readdirSync(paths.clusters) : []) releaseAddresses(paths.cluster(name).dir);
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What a cluster's file of secrets has; nothing where there is none. */
export function secretsOf(lab: Pick<Lab, 'paths'>): Record<string, string> {
  const { secrets } = lab.paths();
  return existsSync(secrets) ? (JSON.parse(readFileSync(secrets, 'utf8')) as Record<string, string>) : {};
}

/**
 * By the configuration that each was started with. A shell that is about to become an agent counts too; what an agent
 * has just forked does not: until it becomes another program it has the agent's command line.
 */
function agentsUnder(folder: string): Map<string, number[]> {
  const configs = new Map<string, string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const config = commandLine(pid)
      .map((word) => /^-config(?:-file)?=(.*\/agent\.json)$/.exec(word)?.[1])
      .find((path) => path?.startsWith(`${folder}/`));
    if (config !== undefined && !isZombie(pid)) configs.set(pid, config);
  }
  const found = new Map<string, number[]>();
  for (const [pid, config] of configs) {
    if (configs.get(parentOf(pid)) === config) continue;
    const [program = '', node = ''] = dirname(config).split('/').reverse();
    found.set(`${node} ${program}`, [...(found.get(`${node} ${program}`) ?? []), Number(pid)]);
  }
  return found;
}

function commandLine(pid: string): string[] {
  return attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
}

function parentOf(pid: string): string {
  return /\) \S (\d+) /.exec(attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8')))?.[1] ?? '';
}

function isZombie(pid: string): boolean {
  return /\) Z /.test(attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8')));
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

function sweepFolder(folder: string): void {
  for (let round = 0; round < 3; round++) {
    for (const { pid } of processesUnder(folder)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended in the meantime.
      }
    }
  }
  for (const mount of mountsUnder(folder)) execFileSync('umount', ['-l', mount], { stdio: 'ignore' });
}

/** Every way in which a cluster is not as an uninterrupted `up` would have left it; empty when it is. */
export async function problemsWhenUp(lab: Lab, wanted: readonly string[], cluster = 'dev'): Promise<string[]> {
  const paths = lab.paths(cluster);
  const agents = lab.agents(cluster);
  const expected = wanted.flatMap((node) => (node.startsWith('consul-server') ? [`${node} consul`] : [`${node} consul`, `${node} nomad`]));
  const status = await lab.status(cluster);
  const shown = status.nodes.map(({ name }) => name);
  const members = (status.consulMembers ?? []).filter((member) => member.status === 'alive').map(({ name }) => name);
  return [
    ...expected.filter((agent) => !agents.has(agent)).map((agent) => `${agent} does not run`),
    ...[...agents.keys()].filter((agent) => !expected.includes(agent)).map((agent) => `${agent} runs and should not`),
    ...[...agents].filter(([, pids]) => pids.length > 1).map(([agent, pids]) => `${agent} runs ${pids.length} times`),
    ...[...agents]
      .filter(([agent, pids]) => recordedPid(paths, agent) !== pids[0])
      .map(([agent, pids]) => `${agent} is ${pids.join(', ')}, its file says ${recordedPid(paths, agent) ?? 'nothing'}`),
    ...(same(shown, wanted) ? [] : [`status shows ${shown.join(', ')}`]),
    ...(same(members, wanted) ? [] : [`Consul's living members are ${members.join(', ')}`]),
    ...status.drift.map((drift) => `drift: ${drift}`),
    ...status.unfinished.map((step) => `step ${step.id} is ${step.status}`),
    ...(status.busy ? ['the lock is held'] : []),
    ...(status.consulLeader && status.nomadLeader ? [] : ['a leader is missing']),
    ...journalProblems(paths, cluster),
    ...temporariesIn(paths.dir).map((path) => `left behind: ${path}`),
    ...[...agents.keys()]
      .filter((agent) => existsSync(agentFiles(paths.agents, ...(agent.split(' ') as [string, 'consul' | 'nomad'])).patient))
      .map((agent) => `${agent} is more patient than usual`),
    ...(existsSync(paths.lock) ? ['the lock file is there'] : []),
  ];
}

/** What `down` has left of a cluster. */
export function problemsWhenDown(lab: Lab, cluster = 'dev'): string[] {
  const { dir } = lab.paths(cluster);
  return [
    ...[...lab.agents(cluster)].map(([agent, pids]) => `${agent} still runs as ${pids.join(', ')}`),
    ...processesUnder(dir).map(({ pid }) => `process ${pid} (${commandLine(String(pid)).join(' ').slice(0, 120)}) lives off ${dir}`),
    ...mountsUnder(dir).map((path) => `${path} is still mounted`),
    ...(existsSync(dir) ? readdirSync(dir, { recursive: true }).map((name) => `${join(dir, String(name))} is still there`) : []),
    ...(existsSync(dir) ? [`${dir} is still there`] : []),
    ...(existsSync(socketFolder(lab.paths(cluster).agents)) ? ['sockets of its plugins are still there'] : []),
    ...(existsSync(allocationsFolder(lab.paths(cluster).agents)) ? ['its allocations are still there'] : []),
    ...(holdsAddresses(dir) ? ['its addresses are still claimed'] : []),
  ];
}

function recordedPid({ agents }: ClusterPaths, agent: string): number | undefined {
  const [node = '', program = ''] = agent.split(' ');
  return runningAgent(agentFiles(agents, node, program as 'consul' | 'nomad'))?.pid;
}

function journalProblems({ journal }: ClusterPaths, cluster: string): string[] {
  try {
    const data = JSON.parse(readFileSync(journal, 'utf8')) as {
      cluster: string;
      runs: { id: string; outcome: string }[];
      steps: Record<string, { status: string }>;
    };
    return [
      ...(data.cluster === cluster ? [] : [`the journal is ${data.cluster}'s`]),
      ...data.runs.filter(({ outcome }) => outcome === 'running').map(({ id }) => `run ${id} is still running in the journal`),
      ...Object.entries(data.steps)
        .filter(([, { status }]) => status === 'running')
        .map(([id]) => `step ${id} is still running in the journal`),
    ];
  } catch (error) {
    return [`the journal cannot be read: ${String(error)}`];
  }
}

/** Temporary files of ours; the agents' data is theirs. */
function temporariesIn(dir: string): string[] {
  const names = readdirSync(dir, { recursive: true }).map(String);
  return names.filter((name) => !/\/data\//.test(name) && /\.(tmp|stale|claim)$/.test(name));
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return [...a].sort().join() === [...b].sort().join();
}
