import { UsageError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import { balancerNames } from '../../discovery/balancers/index.js';
import { writeRecord } from '../../discovery/record.js';
import type { Command, CommandInput, CommandResult } from '../command.js';
import { deploySet } from '../job/deploy/deploy-set.js';
import { followFlags, planFlag } from '../job/job-input.js';
import { untilFollowed } from './follow.js';
import { fileFlag, wantedDiscovery } from './open-discovery.js';
import { plan } from './plan.js';
import { planTopology, type PlannedJob } from './plan-topology.js';
import { statusText } from './status-text.js';
import { stopTopologyJob } from './stop-topology-job.js';

export const command: Command = {
  flags: [
    fileFlag,
    planFlag,
    { flag: '--adopt', summary: 'take over jobs that are there already: they are changed, and go with `discovery down`' },
    ...followFlags,
  ],
  examples: ['nomadctl discovery up', 'nomadctl discovery up --file topology.yaml', 'nomadctl discovery up --plan'],
  about: [
    'Deploys jobs of the catalogue in order: other jobs and services first, then the balancers, each kept to the hosts with its role, and waits until',
    'every balancer serves what Consul calls healthy. What is as it should be is left alone; what an earlier topology had and this one has not, is',
    'stopped. May be given again when it was interrupted. What was asked for is kept in the cluster’s Consul.',
  ].join(' '),
  run: up,
};

async function up(input: CommandInput, ctx: Context): Promise<CommandResult> {
  if (input.flags['plan'] === true) return plan(input, ctx);
  const startedAt = ctx.clock.now();
  const wanted = await wantedDiscovery(input, ctx);
  const { topology, connection, namespace, record } = wanted;
  const { stages, jobs } = await planTopology(wanted, ctx);
  if (input.flags['adopt'] !== true) refuseTaken(jobs);
  const ours = jobs.filter(({ doing }) => doing !== 'stop').map(({ job }) => job);
  const dropped = jobs.filter(({ doing }) => doing === 'stop').map(({ job }) => job);
  // Before anything is registered: what a kill leaves behind is known to be ours.
  const begun = await writeRecord(
    connection.consul,
    { topology, jobs: [...ours, ...dropped], namespace },
    { index: record?.index ?? 0, signal: ctx.signal },
  );
  // Of nothing there is nothing to be seen.
  const verify = Object.values(topology.services).every(({ instances }) => instances > 0);
  const flags = { timeout: input.flags['timeout'], patient: input.flags['patient'], resetCounts: true, verify, with: knownNeeds(ours) };
  const done = await deploySet(stages, { input: { args: {}, flags }, connect: () => Promise.resolve(connection) }, ctx);
  for (const job of dropped) await stopTopologyJob(job, connection, ctx);
  if (dropped.length > 0)
    await writeRecord(connection.consul, { topology, jobs: ours, namespace }, { index: begun.index, signal: ctx.signal });
  const waiting = done.filter(({ state }) => state.health?.outcome === 'canary-waiting').map(({ job }) => job);
  const exact = waiting.length === 0;
  const look = await untilFollowed({ connection, topology, exact }, ctx);
  const changed = done.filter(({ state }) => state.registered?.unchanged === false).map(({ job }) => job);
  return {
    data: { topology, changed, stopped: dropped, ...look, ms: ctx.clock.now() - startedAt },
    text: statusText({ look, topology }, ctx),
    next: waiting[0] === undefined ? nomadctl`discovery test` : nomadctl`job promote ${waiting[0]}`,
  };
}

/** What jobs need of others is there, or comes with the topology; and who balances is for the topology to say. */
function knownNeeds(jobs: readonly string[]): string[] {
  return [...new Set([...jobs, ...balancerNames])];
}

/** @throws UsageError `discovery-job-taken` */
function refuseTaken(jobs: readonly PlannedJob[]): void {
  const taken = jobs.filter((job) => job.taken).map(({ job }) => job);
  const [first] = taken;
  if (first === undefined) return;
  throw new UsageError(`${taken.join(' and ')} ${taken.length === 1 ? 'is' : 'are'} deployed already, and not by a topology`, {
    code: 'discovery-job-taken',
    why: 'it would be changed, and stopped with the topology; nothing was changed',
    next: hint`${again({ adopt: true })}   takes over what is there; ${nomadctl`job stop ${first} --purge`}   removes it`,
  });
}
