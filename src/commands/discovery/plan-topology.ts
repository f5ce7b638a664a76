import { ConfigError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { formatTable, tableLook } from '@nomadctl/base/table';
import type { Context } from '../../context.js';
import { servedBy, type Topology } from '../../discovery/topology.js';
import { topologyStages, type TopologyJob } from '../../discovery/topology-jobs.js';
import { findJob, type JobSource } from '../../jobs/catalogue/find-job.js';
import { deployedJobs } from '../../jobs/report/deployed-jobs.js';
import { placementLines } from '../../jobs/report/explain-plan.js';
import { hasChanges } from '../../jobs/report/format-plan.js';
import { preparePlan } from '../../plans/job-plans.js';
import { prepareJob } from '../../plans/run-job-plan.js';
import type { CommandInput } from '../command.js';
import { runOf } from '../job/deploy/deploy-run.js';
import { orSilence } from '../job/job-input.js';
import type { WantedDiscovery } from './open-discovery.js';

/** What `up` would do with a job. */
export type Doing = 'deploy' | 'change' | 'nothing' | 'stop';

export interface PlannedJob extends Pick<TopologyJob, 'job' | 'role' | 'hosts' | 'instances'> {
  readonly doing: Doing;
  /** It is there, and was not deployed by `discovery up`. */
  readonly taken: boolean;
  /** Why it does not fit; empty: it does. */
  readonly why: readonly string[];
}

export interface PlannedTopology {
  readonly stages: readonly (readonly TopologyJob[])[];
  readonly jobs: readonly PlannedJob[];
}

/** Has Nomad plan every job of a topology, each by itself, and changes nothing. @throws what `job plan` throws */
export async function planTopology(wanted: WantedDiscovery, ctx: Context): Promise<PlannedTopology> {
  const { topology, clients, connection, record } = wanted;
  const names = [...topology.jobs, ...Object.keys(topology.services), ...servedBy(topology).map(({ balancer }) => balancer)];
  const sources = new Map<string, JobSource>();
  for (const name of names) sources.set(name, await findJob(name, ctx.paths));
  const stages = topologyStages(topology, { sources, clients });
  const own = new Set(record?.jobs ?? []);
  const deployed = await orSilence(deployedJobs(connection, { namespace: wanted.namespace, signal: ctx.signal }), ctx);
  const jobs: PlannedJob[] = [];
  for (const member of stages.flat()) {
    const input = memberInput(member);
    const run = runOf(sources.get(member.job) as JobSource, { input, connection });
    const { spec, planned, portProblems } = await orSilence(prepareJob(ctx, { ...run, plan: preparePlan }), ctx);
    if (spec.ID !== member.job) throw otherName(member.job, spec.ID);
    const failed = planned.reply.FailedTGAllocs ?? {};
    const why = [...(await placementLines(connection, { spec, failed, signal: ctx.signal })), ...portProblems];
    const present = deployed.some(({ id, status }) => id === member.job && status !== 'stopped');
    const changed = hasChanges(planned.reply.Diff) || !planned.unchanged;
    const doing = !present ? 'deploy' : changed ? 'change' : 'nothing';
    jobs.push({ ...shown(member), doing, taken: present && !own.has(member.job), why });
  }
  const dropped = [...own].filter((job) => !names.includes(job));
  return {
    stages,
    jobs: [...jobs, ...dropped.map((job) => ({ job, role: 'other' as const, hosts: [], doing: 'stop' as const, taken: false, why: [] }))],
  };
}

/** A member as `job deploy` is given it. The topology says how many there are, so counts of before do not stand. */
export function memberInput({ job, words }: Pick<TopologyJob, 'job' | 'words'>): CommandInput {
  return { args: { job }, flags: { var: words, resetCounts: true } };
}

function shown({ job, role, hosts, instances }: TopologyJob): Pick<PlannedJob, 'job' | 'role' | 'hosts' | 'instances'> {
  return { job, role, hosts, ...(instances === undefined ? {} : { instances }) };
}

/** Hosts and jobs of a topology with what would become of them. */
export function planText({ topology }: { readonly topology: Topology }, { jobs }: PlannedTopology, { ui }: Context): string {
  const { style } = ui;
  const look = tableLook(ui);
  const serves = new Map(servedBy(topology).map(({ balancer, serves }) => [balancer as string, serves]));
  return [
    formatTable(
      ['HOST', 'ROLES'],
      Object.entries(topology.hosts).map(([name, roles]) => [name, roles.join(', ')]),
      look,
    ),
    '',
    formatTable(
      ['JOB', 'ROLE', 'INSTANCES', 'HOSTS', 'WOULD'],
      jobs.map(({ job, role, hosts, instances, doing, taken, why }) => [
        style.bold(job),
        serves.has(job) ? `${role} of ${serves.get(job)}` : role,
        instances === undefined ? '' : String(instances),
        hosts.join(', ') || 'any',
        `${WORDS[doing]}${taken ? ', though it is not of a topology' : ''}${why.length > 0 ? ', and does not fit' : ''}`,
      ]),
      look,
    ),
    ...jobs.flatMap(({ job, why }) => why.map((line) => `${job}: ${line}`)),
  ].join('\n');
}

const WORDS: Readonly<Record<Doing, string>> = {
  deploy: 'be deployed',
  change: 'be changed',
  nothing: 'stay as it is',
  stop: 'be stopped',
};

function otherName(name: string, id: string): ConfigError {
  return new ConfigError(`${name} is no job for a topology: it calls itself ${id}`, {
    code: 'discovery-topology',
    why: 'the name in the catalogue and the name of the job have to be the same',
    next: nomadctl`job show ${name}`,
  });
}
