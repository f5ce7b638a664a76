import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../context.js';
import { removeTemporaries, writeFileAtomic } from '@nomadctl/base/atomic-write';
import { LockedError, OutcomeError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { writeSecrets } from '../../config/secrets.js';
import { keepState } from '../../terraform/kept-states.js';
import type { Root } from '../../terraform/root.js';
import { replaceState } from '../../terraform/state-text.js';
import { endTerraform, terraformAt } from '../terraform-left.js';
import type { RestorePlan } from './restore-plan.js';

/**
 * A living terraform writes its state when it ends, over whatever is there by then.
 * @throws LockedError `terraform-busy`
 */
export function refuseBusyRoots(roots: readonly Root[]): void {
  for (const root of roots) {
    const running = terraformAt(root);
    if (!running) continue;
    throw new LockedError(`terraform (process ${running.pid}) is at work in the ${root.name}`, {
      code: 'terraform-busy',
      why: `it writes ${root.state} when it ends, over what would be put back`,
      next: endTerraform(running),
    });
  }
}

/** @throws OutcomeError `state-lineage` for a state that holds resources and is no earlier or later one of the backup's */
export function refuseOtherLineage({ otherLineage }: RestorePlan, { id }: { readonly id: string }): void {
  const [first] = otherLineage;
  if (first === undefined) return;
  throw new OutcomeError(`the state of ${otherLineage.join(', ')} has another lineage than the backup ${id}, and holds resources`, {
    code: 'state-lineage',
    why: 'terraform would forget them, and they would go on to cost',
    next: hint`${nomadctl`state doctor`}, or ${again({ replaceLineage: true })}   where the backup is right`,
  });
}

/**
 * Puts back what the plan says: states, then files, then secrets, each whole or not at all. A run that is killed is finished by
 * the same command, for which what is done by then is as it should be. The caller holds the cluster's lock.
 */
export async function restoreFiles(
  plan: RestorePlan,
  ctx: { readonly paths: ClusterPaths; readonly roots: readonly Root[] } & Pick<Context, 'clock' | 'redact'>,
  line: (text: string) => void,
): Promise<void> {
  const { paths, redact } = ctx;
  // Of one that was killed.
  for (const folder of [paths.dir, ...ctx.roots.map((root) => root.folder)]) await removeTemporaries(folder);
  for (const root of ctx.roots) {
    const text = plan.states.get(root.name);
    if (text === undefined) continue;
    line(`state of ${root.name}`);
    await replaceState(root, text, { overForeign: plan.otherLineage.includes(root.name) });
    await keepState({ root, ctx });
  }
  for (const [path, content] of plan.files) {
    line(path);
    await writeFileAtomic(join(paths.dir, path), content);
  }
  if (plan.secretsUnreadable) await rm(paths.secrets, { force: true });
  if (Object.keys(plan.secrets).length > 0) {
    line('secrets');
    await writeSecrets(paths, plan.secrets, { redact });
  }
}

/** @throws OutcomeError `restore-differs` for what is not as the backup has it, although it was put back */
export function refuseDifferences({ rows }: Pick<RestorePlan, 'rows'>, id: string): void {
  const left = rows.filter(({ changes, what }) => changes && !what.startsWith('snapshot'));
  if (left.length === 0) return;
  throw new OutcomeError(
    `after the restore ${left.map(({ what }) => what).join(', ')} ${left.length === 1 ? 'is' : 'are'} not as the backup ${id} has it`,
    {
      code: 'restore-differs',
      why: left.map(({ what, says }) => `${what}: ${says}`),
      next: again(),
    },
  );
}
