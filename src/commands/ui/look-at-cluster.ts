import { renderHint } from '@nomadctl/base/hint/render-hint';
import { endingCertificates, endingSentence } from '../../gateway/ending-certificates.js';
import type { Overview, OverviewJob, OverviewNode } from '../../gateway/overview.js';
import { isUnwell } from '../../jobs/report/few-jobs.js';
import { openCluster, type OpenCluster } from '../../targets/open-cluster.js';
import type { ClusterReport, NodeReport } from '../../targets/cluster-report.js';
import type { Context } from '../../context.js';
import { endingOthers } from '../status/other-certificates.js';
import { runningWords, seenByNomad } from '../status/seen-by-nomad.js';

/** What the overview shows: what `status` prints, and certificates that end. @throws as `openCluster` */
export async function lookAtCluster(name: string, ctx: Context): Promise<Overview> {
  const { target, cluster, state, connection } = await openCluster(ctx, name);
  const report = await target.report(cluster, state, ctx);
  const isUp = report.nodes.length > 0;
  const now = ctx.clock.now();
  const others = (await endingOthers({ name, state }, ctx)).map(
    ({ of, until, renew }) => `${endingSentence(`of ${of}`, until, now)}; another one: ${renderHint(renew, ctx.given)}`,
  );
  const place = `on ${target.title.replace(/^This/, 'this')}`;
  return {
    cluster: name,
    place: isUp ? `${place}, ${target.describe(cluster.settings)}` : place,
    nodes: report.nodes.map((node) => overviewNode(node, report)),
    consulLeader: report.consulLeader,
    nomadLeader: report.nomadLeader,
    jobs: report.jobs?.map(overviewJob),
    endingCertificates: [...(isUp ? await endingOf((await connection()).servers, ctx) : []), ...others],
    remarks: [...(report.pending ?? []), ...report.drift],
    cautions: (await target.cautions?.(cluster.settings)) ?? [],
  };
}

function endingOf(
  { nomad, consul }: Awaited<ReturnType<OpenCluster['connection']>>['servers'],
  { clock, signal }: Context,
): Promise<string[]> {
  return endingCertificates([...consul, ...nomad], { now: clock.now(), signal });
}

function overviewNode({ name, address, host, agents }: NodeReport, report: ClusterReport): OverviewNode {
  const client = report.nomadClients?.find((candidate) => candidate.name === name);
  const isTaken = client === undefined || (client.status === 'ready' && client.eligibility === 'eligible' && !client.draining);
  const isThere = host === undefined || host === 'Running';
  return {
    name,
    address,
    agents: [...(host === undefined ? [] : [{ name: 'host', state: host.toLowerCase() }]), ...agents],
    nomad: seenByNomad(name, report),
    isWell: isThere && isTaken && agents.every(({ state }) => state === 'running'),
  };
}

function overviewJob(job: NonNullable<ClusterReport['jobs']>[number]): OverviewJob {
  const { id, namespace, type, status } = job;
  return { id, namespace, type, status, running: runningWords(job), isWell: !isUnwell(job) };
}
