import type { Context } from '../../context.js';
import { hostname } from 'node:os';
import { isAbort, NomadctlError } from '@nomadctl/base/errors';
import { hint, nomadctl, shell, type Hint } from '@nomadctl/base/hint/hint';
import { formatAge } from '@nomadctl/base/duration';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { lockOwner, type LockOwner } from '../../engine/lock.js';
import type { Finding } from '../../programs/doctor/finding.js';
import { readableState, resourcesOf } from '../../terraform/inventory.js';
import { goneAt } from '../../terraform/kept-states.js';
import { rootOf, type Root, type RootName } from '../../terraform/root.js';
import { stateText } from '../../terraform/state-text.js';
import { HERE, type StateContext, type StateOwner } from '../state-owner.js';
import { stateCopies } from '../backup/state-copies.js';
import { endTerraform, saysLeft, terraformAt, type TerraformAtWork } from '../terraform-left.js';
import { openStatesFinding } from './open-states.js';
import { judgeState, type StateJudgement } from './judge-state.js';

/** A cluster whose states are looked at. */
export interface ExaminedCluster {
  readonly name: string;
  readonly paths: ClusterPaths;
  readonly roots: readonly Root[];
  /** Whether what terraform makes of hosts and networks is there, as far as the journal knows. */
  readonly applied: boolean;
  /** The tag of what is the cluster's own, where its resources have one. */
  readonly tag?: string;
  /** What takes in again what is there, where the cluster's place can tell. */
  readonly takesIn?: Hint | undefined;
}

export interface ExaminedRoot {
  readonly root: RootName;
  readonly judgement: StateJudgement | undefined;
  /** Of a state that can be read. */
  readonly serial?: number;
  readonly resources?: number;
  /** Its state could not be read: by whom and why. */
  readonly unread?: NomadctlError;
  /** It is at work there, so that nothing else was looked at: it may be writing. */
  readonly atWork?: TerraformAtWork;
}

/** Of jobs, and of what of them is exposed, the journal knows nothing: what was kept of their states tells whether there were any. */
const UNSURE: ReadonlySet<RootName> = new Set<RootName>(['jobs', 'ingress']);

/** What is wrong with each root's state beside its copies. */
export async function examineRoots({ paths, roots, applied, tag }: ExaminedCluster): Promise<ExaminedRoot[]> {
  const examined: ExaminedRoot[] = [];
  for (const root of roots) {
    const { name } = root;
    const atWork = terraformAt(root);
    if (atWork) {
      examined.push({ root: name, judgement: undefined, atWork });
      continue;
    }
    const read = await textOrProblem(root);
    if (read instanceof NomadctlError) {
      examined.push({ root: name, judgement: undefined, unread: read });
      continue;
    }
    const { text } = read;
    const copies = await stateCopies(paths, name);
    const isGone = (await goneAt(root)) !== undefined;
    const wasApplied = !isGone && (UNSURE.has(name) ? copies.some(({ resources }) => resources > 0) && text !== undefined : applied);
    const judgement = judgeState({
      root: name,
      text,
      copies,
      applied: wasApplied,
      ...(tag === undefined || name === 'jobs' ? {} : { tag }),
    });
    const state = readableState(text ?? '');
    if (text === undefined && !judgement) continue;
    examined.push({ root: name, judgement, ...(state ? { serial: state.serial, resources: resourcesOf(state).length } : {}) });
  }
  return examined;
}

async function textOrProblem(root: Root): Promise<{ readonly text: string | undefined } | NomadctlError> {
  try {
    return { text: await stateText(root) };
  } catch (error) {
    if (error instanceof NomadctlError && !isAbort(error)) return error;
    throw error;
  }
}

/** The command that mends a state. */
export function mending({ trouble, copy }: StateJudgement, { paths, takesIn }: ExaminedCluster, name: RootName): Hint {
  if (trouble === 'newer-format') return hint`use the newer nomadctl, which wrote it`;
  if (copy) {
    const isElses = trouble === 'other-lineage' || trouble === 'foreign';
    return nomadctl`state backup restore ${copy.id} ${copy.from === 'backup' ? ['--only', 'states'] : []} ${isElses ? ['--replace-lineage'] : []}`;
  }
  const { state } = rootOf(paths, name);
  const aside = shell`mv ${state} ${`${state}.damaged`}`;
  if (takesIn === undefined || name === 'jobs') return hint`${aside} && ${nomadctl`job deploy <job-file> --via terraform`}`;
  // What belongs to nobody there is removed, and made anew.
  if (name === 'ingress') return hint`${aside} && ${nomadctl`up`}`;
  return takesIn;
}

/** A line of `doctor` for each state, and for a lock that nobody may hold any more. */
export async function stateFindings(cluster: ExaminedCluster, { clock }: Pick<Context, 'clock'>): Promise<Finding[]> {
  const roots = await examineRoots(cluster);
  const owner = await lockOwner(cluster.paths.lock);
  const lock = lockFinding(owner, { lock: cluster.paths.lock, now: clock.now() });
  return [
    ...roots.map(({ root, judgement, serial, resources, unread, atWork }): Finding => {
      const line = { id: `state-${root}`, title: `State of ${root}`, wanted: 'the newest, whole, of this cluster' };
      if (atWork && owner) return { ...line, found: `terraform (process ${atWork.pid}) is at work for "${owner.command}"`, ok: true };
      if (atWork) return { ...line, found: saysLeft(atWork), ok: false, faulty: true, fix: { command: endTerraform(atWork) } };
      if (unread) {
        const found = [`the state of the ${root} cannot be read: ${unread.message}`, ...unread.why].join('; ');
        return { ...line, found, ok: false, faulty: true, fix: { command: unread.next ?? nomadctl`state backend` } };
      }
      if (!judgement) return { ...line, found: `serial ${serial ?? '-'}, ${resources ?? 0} resources`, ok: true };
      return { ...line, found: judgement.says, ok: false, faulty: true, fix: { command: mending(judgement, cluster, root) } };
    }),
    ...(lock ? [lock] : []),
    ...(await openStatesFinding(cluster.roots)),
  ];
}

/** Locks of terraform's own and of runs, where states are kept elsewhere, whose holders are gone. */
export async function deadLockFindings(ctx: StateContext, owner: StateOwner): Promise<Finding[]> {
  if (owner.place.backend === HERE.backend) return [];
  const { findLocks } = await import('../lock/state-locks.js');
  const dead = (await findLocks(ctx, owner)).filter(({ isDead }) => isDead);
  return dead.map(({ what, who, operation }, index) => ({
    ...{
      id: `lock-${index + 1}`,
      title: 'Lock',
      found: `${what}: held by ${who} (${operation}), which is gone`,
      wanted: 'a run that lives, or none',
    },
    ...{ ok: false, faulty: true, fix: { command: nomadctl`state unlock ${owner.name}` } },
  }));
}

/** Of a run on another computer nobody here can tell whether it lives. */
function lockFinding(owner: LockOwner | undefined, { lock, now }: { readonly lock: string; readonly now: number }): Finding | undefined {
  if (!owner || owner.host === hostname()) return undefined;
  return {
    id: 'lock',
    title: 'Lock',
    found: `"${owner.command}" (process ${owner.pid} on ${owner.host}) holds the cluster, ${formatAge(now - owner.since)}`,
    wanted: 'a run that lives, or none',
    ok: false,
    faulty: true,
    fix: { command: hint`${shell`rm ${lock}`}   when nothing of it runs on ${owner.host} any more` },
  };
}
