import { renderHint } from '@nomadctl/base/hint/render-hint';
import { chooseExistingCluster } from '../../../config/current-cluster.js';
import type { Context } from '../../../context.js';
import { readJournal } from '../../../engine/journal.js';
import { nothingExposed, urlOf, type Exposed, type Exposure } from '../../../exposure/exposure.js';
import { shownExposures, type ShownExposure } from '../../../exposure/shown-exposures.js';

/** What of a job is exposed, by the journal alone: quick, and there when nothing answers. */
export async function exposedOf({ job, namespace }: Pick<Exposure, 'job' | 'namespace'>, ctx: Context): Promise<readonly ShownExposure[]> {
  const { name } = await chooseExistingCluster(ctx);
  const { state } = await readJournal(ctx.paths.cluster(name).journal, name);
  return shownExposures(exposedIn(state)).filter(({ exposure }) => exposure.job === job && exposure.namespace === namespace);
}

/** A line for people, such as `exposed  port http · http://127.0.64.3:8080 · on this computer`, and what goes on where a run ended early. */
export function exposedLine(
  { standing, line, next }: ShownExposure,
  what: string,
  { ui: { style }, given }: Pick<Context, 'ui' | 'given'>,
): string {
  const goesOn = next ? renderHint(next, given) : '';
  if (standing === 'served') return `${style.accent('exposed')}  ${what} · ${line}`;
  return standing === 'opening'
    ? `${style.warn('unserved')}  ${what} · ${line}: what was to expose it did not end; ${goesOn}`
    : `${style.warn('closing')}  ${what}: what was to take it back did not end; ${goesOn}`;
}

/** As `--json` tells them. */
export function exposedData(shown: readonly ShownExposure[], { addresses }: Pick<Exposed, 'addresses'>): object[] {
  return shown.map(({ exposure, standing }) => ({
    ...exposure,
    ...{ url: urlOf(exposure, addresses), address: addresses[exposure.reach], standing },
  }));
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
