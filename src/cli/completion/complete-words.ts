import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseCluster, clusterNames } from '../../config/current-cluster.js';
import type { Context } from '../../context.js';
import type { ArgumentSpec, FlagSpec } from '../../commands/command.js';

export interface Candidate {
  readonly word: string;
  readonly about?: string;
}

export interface CompletionContext extends Pick<Context, 'paths' | 'env'> {
  readonly globalFlags: readonly FlagSpec[];
}

interface Surroundings {
  /** As the line names it; otherwise the one that commands mean. */
  readonly cluster: string | undefined;
  readonly at: CompletionContext;
}

/** The words that an argument may be. What is costly to load is loaded for the one kind that needs it. */
export async function candidatesFor(
  kind: NonNullable<ArgumentSpec['completes']>,
  { cluster, at }: Surroundings,
): Promise<readonly Candidate[]> {
  if (kind === 'cluster') return plain(await clusterNames(at.paths));
  if (kind === 'node') return nodesOf(cluster, at);
  if (kind === 'job') return jobsIn(at);
  if (kind === 'tool') return toolsIn(at);
  if (kind === 'key') return keys();
  if (kind === 'namespace' || kind === 'token') return (await import('./names-in-cluster.js')).namesInCluster(kind, { cluster, at });
  return plain(kind);
}

function plain(words: readonly string[]): Candidate[] {
  return words.map((word) => ({ word }));
}

/** Straight from the journal: a damaged one has no nodes to offer, and checking it would cost more than reading it. */
async function nodesOf(cluster: string | undefined, { paths, env }: CompletionContext): Promise<readonly Candidate[]> {
  const global = { json: false, quiet: true, verbose: false, yes: false, cluster };
  const { name } = await chooseCluster({ paths, env, global, given: {} });
  const journal = JSON.parse(await readFile(paths.cluster(name).journal, 'utf8')) as {
    state?: Partial<Record<'nodes' | 'hosts', readonly { name?: unknown; role?: unknown }[]>>;
  };
  return (journal.state?.nodes ?? journal.state?.hosts ?? []).flatMap((node) =>
    typeof node.name === 'string' ? [{ word: node.name, ...(typeof node.role === 'string' ? { about: node.role } : {}) }] : [],
  );
}

async function jobsIn({ paths }: CompletionContext): Promise<readonly Candidate[]> {
  const { listJobs } = await import('../../jobs/catalogue/find-job.js');
  return (await listJobs(paths)).map(({ name, own }) => ({ word: name, about: own ? 'your own' : 'job template' }));
}

async function toolsIn({ paths }: CompletionContext): Promise<readonly Candidate[]> {
  const { tools } = JSON.parse(await readFile(join(paths.toolchain, 'releases.json'), 'utf8')) as { tools: object };
  return plain(Object.keys(tools));
}

async function keys(): Promise<readonly Candidate[]> {
  const { targets } = await import('../../targets/index.js');
  // A key of several targets is one word, with one text: shells take two for two words.
  const abouts = new Map(targets.flatMap(({ options }) => Object.entries(options).map(([key, { summary }]) => [key, summary] as const)));
  return [...abouts].map(([word, about]) => ({ word, about }));
}
