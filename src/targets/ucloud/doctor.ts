import type { Context } from '../../context.js';
import { openUcloud } from '../../clients/ucloud/ucloud-api.js';
import { isAbort, NomadctlError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { inspectPath } from '../../programs/find-program.js';
import { packageInstall } from '../../programs/system-packages.js';
import type { Finding } from '../../programs/doctor/finding.js';
import { readJournal } from '../../engine/journal.js';
import { findKeys } from '../../ucloud/account/find-keys.js';
import { securedBy } from '../../ucloud/security/profile.js';
import { certificateFindings } from '../certificate-findings.js';
import { halfwayFinding } from '../halfway-finding.js';
import { openFinding } from '../open-finding.js';
import { unreachedFindings } from '../unreached-findings.js';
import { builderFinding } from './doctor-builder.js';
import { providerFinding } from './doctor-provider.js';
import { securityAtUcloud } from './security-standing.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

/** What a cluster on UCloud needs of this computer. Without such a cluster all of it is optional. */
export async function ucloudDoctor(ctx: Context, cluster?: UcloudTargetCluster): Promise<readonly Finding[]> {
  const findings = await Promise.all([
    builderFinding(ctx),
    providerFinding(ctx, cluster),
    ...['ssh', 'ssh-keygen'].map((name) => sshFinding(ctx, name)),
    keysFinding(ctx, cluster),
  ]);
  if (cluster) return [...findings, ...(await securityFindings(ctx, cluster))];
  // Nobody waits minutes for a program of a cloud that is not used.
  return findings.map(({ fix, ...finding }) => ({ ...finding, optional: true, ...(fix ? { fix: { command: fix.command } } : {}) }));
}

/** Of a cluster that is there: that it lets everybody in, which of its certificates end, and whom its hosts do not reach. */
async function securityFindings(ctx: Context, cluster: UcloudTargetCluster): Promise<Finding[]> {
  const { name, paths } = cluster;
  const { state } = await readJournal(paths.journal, name).catch(() => ({ state: {} }));
  const now = ctx.clock.now();
  const standing = await securityAtUcloud(cluster, state as Partial<UcloudState>, now);
  if (!standing) return [];
  const between = halfwayFinding(cluster);
  const { unreachedAtUcloud } = await import('./members/unreached-members.js');
  const unreached = await unreachedAtUcloud(cluster, state as Partial<UcloudState>, { look: { asked: 'everybody' }, ctx });
  return [
    ...(between ? [between] : openFinding(name, standing, await securedBy(cluster))),
    ...certificateFindings(name, standing, now),
    ...unreachedFindings(name, unreached),
  ];
}

const SSH_PACKAGE = { apt: 'openssh-client', dnf: 'openssh-clients', brew: 'openssh' };

async function sshFinding(ctx: Context, program: string): Promise<Finding> {
  const { path, text, mend } = await inspectPath(ctx, program);
  const install = path === undefined && mend === undefined ? await packageInstall(ctx, SSH_PACKAGE, process.getuid?.()) : undefined;
  const command = mend ?? install?.command;
  const fix = command ? { fix: { command } } : {};
  return { id: program, title: program, found: text, wanted: 'any', ok: path !== undefined, ...fix };
}

const ANSWER_MS = 5000;

/** Keys are tried only for a cluster that has them: without one there is no telling at which address. */
async function keysFinding(ctx: Context, cluster: UcloudTargetCluster | undefined): Promise<Finding> {
  const finding = { id: 'ucloud-keys', title: 'Keys to UCloud', wanted: 'keys that work' };
  const fix = { command: cluster ? nomadctl`init ${cluster.name}` : hint`${nomadctl`init <cluster> --target ucloud`}   asks for them` };
  const { value: found } = await findKeys({ cluster: cluster?.name ?? '', paths: cluster?.paths }, ctx).next();
  if (found === undefined) return { ...finding, found: 'none', ok: false, fix };
  if (cluster === undefined) return { ...finding, found: `those of ${found.where}`, ok: true };
  const { baseUrl, projectId, region } = cluster.settings;
  try {
    const api = openUcloud({ baseUrl, credentials: found.keys, projectId, region, ctx });
    await api.call('GetRegion', {}, { retry: false, timeoutMs: ANSWER_MS });
    return { ...finding, found: `those of ${found.where} work in ${projectId}`, ok: true };
  } catch (error) {
    if (ctx.signal.aborted || isAbort(error) || !(error instanceof NomadctlError)) throw error;
    return { ...finding, found: `those of ${found.where}: ${error.message}`, ok: false, fix: { command: error.next ?? fix.command } };
  }
}
