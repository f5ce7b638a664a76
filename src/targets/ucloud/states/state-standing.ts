import type { Context } from '../../../context.js';
import { isAbort, NomadctlError, OutcomeError } from '@nomadctl/base/errors';
import { firstCommand, hint, nomadctl } from '@nomadctl/base/hint/hint';
import { lockOwner } from '../../../engine/lock.js';
import { readJournal } from '../../../engine/journal.js';
import type { Finding } from '../../../programs/doctor/finding.js';
import { deadLockFindings, examineRoots, mending, stateFindings, type ExaminedCluster } from '../../../state/doctor/state-findings.js';
import { rootsOf } from '../../../state/roots-of.js';
import { whereIs } from '../../../state/kept-root.js';
import { HERE, stateOwner } from '../../../state/state-owner.js';
import { rootNames, rootOf, type Root } from '../../../terraform/root.js';
import { readableState } from '../../../terraform/inventory.js';
import { stateText } from '../../../terraform/state-text.js';
import { ucloudOf } from '../../../ucloud/account/open-cloud.js';
import { tagOf } from '../../../ucloud/cluster-tag.js';
import { stateDrift, type StateDrift } from '../../../ucloud/terraform/state-drift.js';
import type { UcloudState } from '../../../ucloud/ucloud-state.js';
import type { UcloudTargetCluster } from '../ucloud-cluster.js';

type Examined = Pick<UcloudTargetCluster, 'name' | 'paths' | 'settings'>;

/** What there is to know of a cluster before its states are judged. */
async function examined(cluster: Examined, roots: readonly Root[]): Promise<ExaminedCluster> {
  const { name, paths } = cluster;
  // A journal that cannot be read is told by whoever needs it.
  const { state } = await readJournal(paths.journal, name).catch(() => ({ state: {} as Partial<UcloudState> }));
  const { hosts = [] } = state as Partial<UcloudState>;
  return {
    name,
    paths,
    roots,
    applied: hosts.length > 0,
    tag: tagOf({ name }),
    takesIn: nomadctl`state recover ${name}`,
  };
}

/**
 * Before any plan: from a state that is gone terraform would make everything a second time, and from one that is old or somebody
 * else's it would take down what is wanted.
 * @throws OutcomeError `terraform-state-wrong` with the command that mends it. Nothing while another run is at work, which is told elsewhere.
 */
export async function refuseWrongState(cluster: Examined): Promise<void> {
  // What is kept elsewhere is compared with what was seen of it, wherever it is read.
  const owner = stateOwner(cluster);
  const here: Root[] = [];
  for (const name of rootNames) if ((await whereIs(owner, name)).backend === HERE.backend) here.push(rootOf(cluster.paths, name));
  const known = await examined(cluster, here);
  const wrong = (await examineRoots(known)).flatMap(({ root, judgement }) => (judgement && root !== 'jobs' ? [{ root, judgement }] : []));
  const [first, ...others] = wrong;
  if (!first || (await lockOwner(cluster.paths.lock))) return;
  const mends = mending(first.judgement, known, first.root);
  throw new OutcomeError(first.judgement.says, {
    code: 'terraform-state-wrong',
    why: [...others.map(({ judgement }) => judgement.says), 'nothing was planned'],
    next: firstCommand(mends) === undefined ? mends : hint`${mends} && ${nomadctl`state doctor ${cluster.name}`}`,
    details: { roots: wrong.map(({ root, judgement }) => ({ root, trouble: judgement.trouble })) },
  });
}

/** Lines of `state doctor`; with `ask` also what UCloud says. */
export async function ucloudStateFindings(
  ctx: Context,
  cluster: UcloudTargetCluster,
  { ask }: { readonly ask: boolean },
): Promise<Finding[]> {
  const known = await examined(cluster, await rootsOf(ctx, cluster));
  const findings = await stateFindings(known, ctx);
  if (!ask) return findings;
  findings.push(...(await deadLockFindings(ctx, stateOwner(cluster))));
  const broken = findings.filter(({ id, ok }) => !ok && id.startsWith('state-'));
  const line = { id: 'drift', title: 'At UCloud', wanted: 'what the states hold, and no more' };
  if (broken.length > 0) {
    return [...findings, { ...line, found: 'not compared before the states are mended', ok: true }];
  }
  return [...findings, ...(await driftFindings(ctx, cluster, { known, line }))];
}

/** What is at UCloud and in no state that can be read, and the other way round. @throws what `ucloudOf` throws; ApiError */
async function driftOf(ctx: Context, cluster: UcloudTargetCluster, roots: readonly Root[]): Promise<StateDrift> {
  const states = [];
  for (const root of roots) states.push(...[readableState((await stateText(root)) ?? '')].filter((state) => state !== undefined));
  return stateDrift(await ucloudOf(cluster, ctx), { cluster: cluster.name, states, signal: ctx.signal });
}

/** What `state recover` would take in of a cluster that has its file: `uhost-abc (prod-client-2)`. @throws as `driftOf` */
export async function unheldOf(ctx: Context, cluster: UcloudTargetCluster): Promise<readonly string[]> {
  return (await driftOf(ctx, cluster, await rootsOf(ctx, cluster))).unheld;
}

interface Drift {
  readonly known: ExaminedCluster;
  readonly line: Pick<Finding, 'id' | 'title' | 'wanted'>;
}

async function driftFindings(ctx: Context, cluster: UcloudTargetCluster, { known, line }: Drift): Promise<Finding[]> {
  const up = nomadctl`up ${cluster.name}`;
  try {
    const { unheld, gone } = await driftOf(ctx, cluster, known.roots);
    if (unheld.length + gone.length === 0) return [{ ...line, found: 'what the states hold', ok: true }];
    const faulty = { ...line, ok: false, faulty: true };
    return [
      ...(unheld.length === 0
        ? []
        : [
            {
              ...faulty,
              id: 'drift-unheld',
              found: `${unheld.join(', ')} ${unheld.length === 1 ? 'is' : 'are'} there, and in no state`,
              fix: { command: hint`${up}   takes in what is wanted, and removes the rest` },
            },
          ]),
      ...(gone.length === 0
        ? []
        : [
            {
              ...faulty,
              id: 'drift-gone',
              found: `${gone.join(', ')} ${gone.length === 1 ? 'is' : 'are'} in a state, and not there`,
              fix: { command: hint`${up}   makes anew what is wanted` },
            },
          ]),
    ];
  } catch (error) {
    if (ctx.signal.aborted || isAbort(error) || !(error instanceof NomadctlError)) throw error;
    return [{ ...line, found: `UCloud could not be asked: ${error.message}`, ok: false, fix: { command: error.next ?? nomadctl`doctor` } }];
  }
}
