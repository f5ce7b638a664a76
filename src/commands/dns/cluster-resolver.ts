import type { Hint } from '@nomadctl/base/hint/hint';
import { renderHint } from '@nomadctl/base/hint/render-hint';
import type { Context } from '../../context.js';
import { runningForwarder } from '../../names/forwarder/run-forwarder.js';
import { resolverStanding, type ResolverStanding } from '../../names/resolver/resolver-standing.js';
import { FORWARDER_ADDRESS } from '../../names/resolver/resolver-way.js';
import { disableNames } from './disable.js';
import { forRoot, SYSTEM_ROOT } from './resolver-change.js';

/** A cluster, with what its plans handed on. */
export interface NamedCluster {
  readonly name: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/**
 * What became of this computer's resolver, where it was told to ask this very cluster: another user's may have the same name, and not the
 * same addresses. Never throws: it is asked beside other things.
 */
export async function resolverOf({ name, state }: NamedCluster, root = SYSTEM_ROOT): Promise<ResolverStanding | undefined> {
  const standing = await resolverStanding(root).catch(() => undefined);
  const own = ((state['nodes'] ?? []) as readonly { readonly address: string }[]).map(({ address }) => address);
  return standing?.record.cluster === name && standing.record.agents.some(({ address }) => own.includes(address)) ? standing : undefined;
}

/** Why names of a cluster do not resolve here although `dns --enable` was run, and what mends it. */
export interface NamesFault {
  readonly sentence: string;
  readonly fix: Hint;
}

/** After a reboot our forwarder does not run, and a resolv.conf may have been written anew. */
export async function namesFault(cluster: NamedCluster, ctx: Context, root = SYSTEM_ROOT): Promise<NamesFault | undefined> {
  const standing = await resolverOf(cluster, root);
  if (standing === undefined) return undefined;
  const { state, way, record } = standing;
  const fix = forRoot('--enable', cluster.name, ctx);
  if (state === 'replaced' || state === 'untouched')
    return { sentence: `${record.file} was written anew since dns --enable, and does not know .consul any more`, fix };
  if (way.forwards && runningForwarder(root) === undefined)
    return {
      sentence: `this computer asks ${FORWARDER_ADDRESS} about .consul, where our resolver does not run: it ends with a reboot`,
      fix,
    };
  return undefined;
}

/** Names of a cluster that is about to go: root puts back what was, and others are told how. */
export async function releaseNames(cluster: NamedCluster, ctx: Context): Promise<void> {
  if ((await resolverOf(cluster)) === undefined) return;
  if (process.getuid?.() !== 0) {
    const command = renderHint(forRoot('--disable', undefined, ctx), ctx.given);
    ctx.ui.warn(`This computer's resolver asks cluster ${cluster.name} about .consul, and nobody will answer any more: ${command}`);
    return;
  }
  const done = await disableNames({ plan: false, exitCode: false }, ctx);
  ctx.ui.note(`Names of ${cluster.name} do not resolve on this computer any more: ${done.text ?? ''}`);
}

/** After an `up`: root brings back what has ended, and others are told how. */
export async function bringBackNames(cluster: NamedCluster, ctx: Context): Promise<void> {
  const fault = await namesFault(cluster, ctx);
  if (fault === undefined) return;
  if (process.getuid?.() !== 0) return ctx.ui.warn(`Names do not resolve: ${fault.sentence}: ${renderHint(fault.fix, ctx.given)}`);
  const { enableNames } = await import('./enable.js');
  const done = await enableNames({ plan: false, exitCode: false }, ctx);
  ctx.ui.note(done.text ?? '');
}
