import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { NomadctlError } from '@nomadctl/base/errors';
import { jobName } from '../../cluster/connection.js';
import { isGenerated } from '../../config/cluster-file.js';
import type { Context } from '../../context.js';
import { readJournal } from '../../engine/journal.js';
import { livingState } from '../../targets/open-cluster.js';
import type { ClusterReport } from '../../targets/cluster-report.js';
import type { Cluster, DownOptions, Target } from '../../targets/target.js';

/** What a `down` would end, destroy and remove, by name. */
export interface DownFacts {
  /** Nodes with their agents that run. */
  readonly nodes: readonly { readonly name: string; readonly agents: readonly string[] }[];
  /** Absent where Nomad does not answer. */
  readonly jobs?: readonly { readonly id: string; readonly namespace: string; readonly running: number }[];
  /** At a cloud, with what it costs; or why nobody knows. */
  readonly destroys?: string;
  readonly removes: readonly string[];
  readonly keeps: readonly string[];
}

export interface PreviewRequest {
  readonly cluster: Cluster;
  readonly target: Target;
  readonly how: DownOptions;
}

/** Looks, and changes nothing. A part that does not answer is said to be unknown. */
export async function downFacts({ cluster, target, how }: PreviewRequest, ctx: Context): Promise<DownFacts> {
  const { paths } = cluster;
  const state = await livingState({ target, cluster }, (await readJournal(paths.journal, cluster.name)).state, ctx);
  const [report, destroys, generated] = await Promise.all([
    target.report(cluster, state, ctx),
    destroyedBy({ cluster, target, how }, ctx),
    isGenerated(paths.file),
  ]);
  const folders = ['terraform', 'packer', 'ssh'].map((folder) => join(paths.dir, folder));
  // Where nothing secret outlives the cluster, its keys and tokens go with it.
  const secrets = target.lastingSecrets ? [] : [paths.secrets, paths.ca];
  const ours = [paths.agents, ...secrets, paths.logs, ...folders, paths.journal, ...(generated ? [paths.file] : [])].filter((path) =>
    existsSync(path),
  );
  const file =
    existsSync(paths.file) && (how.keepData || !generated) ? [`${paths.file}${generated ? '' : ', which you wrote or edited'}`] : [];
  return {
    nodes: report.nodes.map(({ name, agents }) => ({
      name,
      agents: agents.filter(({ state: is }) => is !== 'stopped').map((agent) => agent.name),
    })),
    ...jobsOf(report),
    ...(destroys === undefined ? {} : { destroys }),
    removes: how.keepData ? [] : ours,
    keeps: how.keepData ? [`${paths.agents}, with all data`, ...file] : file,
  };
}

function jobsOf({ nodes, jobs }: ClusterReport): Pick<DownFacts, 'jobs'> {
  if (jobs === undefined) return nodes.length === 0 ? { jobs: [] } : {};
  return { jobs: jobs.filter(({ running }) => running > 0).map(({ id, namespace, running }) => ({ id, namespace, running })) };
}

async function destroyedBy({ cluster, target, how }: PreviewRequest, ctx: Context): Promise<string | undefined> {
  try {
    const found = await target.destruction?.(cluster, how, ctx);
    return found && `${found.summary}${found.cost === undefined ? '' : ` (${found.cost})`}`;
  } catch (error) {
    if (error instanceof NomadctlError && error.exitCode !== 130) return `unknown: ${error.message}`;
    throw error;
  }
}

/** As many as are read; thousands are counted. */
const NAMED = 10;

/** The facts in lines, each thing by its name. */
export function downLines({ nodes, jobs, destroys, removes, keeps }: DownFacts, { keepData }: Pick<DownOptions, 'keepData'>): string[] {
  const running = nodes.filter(({ agents }) => agents.length > 0);
  const many = (names: readonly string[]): string => {
    const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
    return `${names.slice(0, NAMED).join(', ')}${more}`;
  };
  const jobNames = jobs?.map((job) => `${jobName({ ID: job.id, Namespace: job.namespace })} (${job.running})`);
  const silent = running.length === 0 ? 'no agent runs that could tell' : 'Nomad does not answer';
  const ended = jobNames === undefined ? `unknown which: ${silent}` : jobNames.length === 0 ? 'none runs' : many(jobNames);
  const agents = running.map((node) => `${node.name} (${node.agents.join(', ')})`);
  return [
    ...row('jobs', [`${ended}${keepData && jobNames?.length !== 0 ? '; their tasks run again after the next up' : ''}`]),
    ...row('agents', [agents.length === 0 ? 'none runs' : many(agents)]),
    ...(destroys === undefined ? [] : row('destroys', [destroys])),
    ...row('removes', removes.length === 0 ? ['no files'] : removes.map(nameOf)),
    ...(keeps.length === 0 ? [] : row('keeps', keeps)),
  ];
}

function nameOf(path: string): string {
  const what = WHAT[basename(path)];
  return what === undefined ? path : `${path}  (${what})`;
}

const WHAT: Readonly<Record<string, string>> = {
  agents: 'configurations, data and logs of its agents, and of its tasks',
  'secrets.json': 'its keys and tokens',
  'ca.pem': 'the certificate of its authority',
  'cluster.yaml': 'made by up, and never edited',
};

function row(title: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `  ${(index === 0 ? title : '').padEnd(8)}  ${line}`);
}
