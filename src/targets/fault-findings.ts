import type { Context } from '../context.js';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { runningAgents } from '../cluster/running-agents.js';
import type { Finding } from '../programs/doctor/finding.js';
import { faultyVersions, isFixable, sentenceOf, summaryOf, titleOf } from '../programs/known-faults.js';
import { mixedVersions } from '../programs/mixed-versions.js';
import { specOf } from '../programs/tool-versions.js';
import type { ClusterConnection } from '../cluster/connection.js';
import type { Cluster, Target } from './target.js';
import type { TriedConnection } from './try-connection.js';

/** A finding with the sentences that are too long for a table. */
export interface FaultFinding extends Finding {
  readonly remarks: readonly string[];
}

/**
 * Known faults of the versions that a cluster's agents run, whatever lies on PATH: one finding a version. None when no
 * agent answers.
 */
export async function faultFindings(
  { connection }: Pick<TriedConnection, 'connection'>,
  { target, cluster, signal }: { readonly target: Target; readonly cluster: Cluster; readonly signal: AbortSignal },
): Promise<FaultFinding[]> {
  if (!connection) return [];
  const agents = await runningAgents(connection, signal);
  const mixed = mixedVersions(agents).map((found, index): FaultFinding => {
    const fix = { command: target.replacesHosts ? nomadctl`up ${cluster.name} --replace` : nomadctl`up ${cluster.name}` };
    const title = `Versions in ${cluster.name}`;
    return {
      id: `versions-${index + 1}`,
      title,
      found,
      wanted: 'versions that work together',
      ok: false,
      optional: true,
      faulty: true,
      remarks: [],
      fix,
    };
  });
  const faulty = faultyVersions(agents).flatMap(({ tool, version, nodes, faults }) => {
    const fixable = faults.filter(isFixable);
    if (fixable.length === 0) return [];
    const wanted = specOf(tool).version;
    const again = target.replacesHosts ? hint`${nomadctl`build-images`} && ${nomadctl`up --replace`}` : nomadctl`up ${cluster.name}`;
    return [
      {
        id: `faults-${tool}-${version}`,
        title: `${titleOf(tool)} of ${cluster.name}`,
        found: `${version} on ${nodes.join(', ')}, known faults: ${fixable.length}`,
        wanted: `${wanted}`,
        ok: false,
        optional: true,
        faulty: true,
        remarks: fixable.map((fault) => sentenceOf(fault, version)),
        fix: { command: hint`${nomadctl`config set versions.${tool} ${wanted}`} && ${again}` },
      },
    ];
  });
  return [...mixed, ...faulty];
}

/** What an `up` reminds of: versions that do not work together, and a sentence for each that has faults. */
export async function faultReminders(
  connection: ClusterConnection,
  { signal, given }: Pick<Context, 'signal' | 'given'>,
): Promise<string[]> {
  const { cluster } = connection;
  const agents = await runningAgents(connection, signal);
  return [...mixedVersions(agents), ...faultyVersions(agents).flatMap((faulty) => summaryOf(faulty, { cluster, given }) ?? [])];
}
