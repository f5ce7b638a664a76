import { chooseExistingCluster } from '../../config/current-cluster.js';
import { loadCluster, type LoadedCluster } from '../../config/load-cluster.js';
import type { Context } from '../../context.js';
import type { OptionTable } from '../../options/option.js';
import type { Source } from '../../options/resolve.js';
import { targetOf, targets } from '../../targets/index.js';

/** A cluster's settings, for the commands that show them. */
export async function loadSettings(ctx: Context, name?: string): Promise<LoadedCluster & { readonly table: OptionTable }> {
  const chosen = await chooseExistingCluster(ctx, name);
  const loaded = await loadCluster(ctx, { name: chosen.name, targets });
  return { ...loaded, table: targetOf(loaded.cluster.target).options };
}

/** For people: a path with its line, a variable's name, or the kind of source. */
export function sourceText(source: Source | undefined): string {
  if (source?.kind === 'cluster') return 'as it was made';
  return source?.where || (source?.kind ?? 'default');
}
