import { chooseExistingCluster } from '../../../config/current-cluster.js';
import type { Context } from '../../../context.js';
import { readJournal } from '../../../engine/journal.js';
import { exposureLine, nothingExposed, type Exposed, type Exposure } from '../../../exposure/exposure.js';

/** What of a job is exposed, by the journal alone: quick, and there when nothing answers. */
export async function exposedOf(
  { job, namespace }: Pick<Exposure, 'job' | 'namespace'>,
  ctx: Context,
): Promise<{ readonly exposures: readonly Exposure[]; readonly lines: readonly string[] }> {
  const { name } = await chooseExistingCluster(ctx);
  const { state } = await readJournal(ctx.paths.cluster(name).journal, name);
  const { exposures, addresses } = exposedIn(state);
  const own = exposures.filter((one) => one.job === job && one.namespace === namespace);
  return { exposures: own, lines: own.map((one) => `exposed  port ${one.port} · ${exposureLine(one, addresses)}`) };
}

/** Addresses of clients that run on this computer, as its plans hand nodes on. */
export function clientAddressesIn(state: Readonly<Record<string, unknown>>): string[] {
  const nodes = (state['nodes'] ?? []) as readonly { readonly role: string; readonly address: string }[];
  return nodes.flatMap(({ role, address }) => (role === 'client' ? [address] : []));
}

/** As the plans of any target hand it on. */
export function exposedIn(state: Readonly<Record<string, unknown>>): Exposed {
  return (state['exposed'] as Exposed | undefined) ?? nothingExposed;
}
