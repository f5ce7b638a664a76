import type { ClusterConnection } from '../../../cluster/connection.js';
import type { Context } from '../../../context.js';
import { runPlan } from '../../../engine/run-plan.js';
import { inSession } from '../../../engine/session.js';
import { besideLock } from '../../../state/lock/beside-lock.js';
import { nomadctl, shell, type Hint } from '@nomadctl/base/hint/hint';
import type { Secret } from '@nomadctl/base/secret/secret';
import { exposureLine, isSamePort, isServed, listenerOf, urlOf, type Exposed, type Exposure } from '../../../exposure/exposure.js';
import { doubted, everOpen, isSettled, unsettled } from '../../../exposure/unsettled.js';
import { jobWords } from '../../../jobs/parse/in-namespace.js';
import { recordPlan, settlePlan } from '../../../plans/exposure.js';
import type { OpenCluster } from '../../../targets/open-cluster.js';
import type { CommandInput, CommandResult } from '../../command.js';
import { exposedIn } from './exposed-here.js';
import { requireHaproxy } from './require-haproxy.js';
import { planIngress, serveIngress } from './serve-ingress.js';

export interface ExposedChange {
  readonly opened: OpenCluster;
  readonly connection: ClusterConnection;
  readonly now: Exposed;
  readonly next: Exposed;
  /** Of a certificate that is new. */
  readonly key?: Secret | undefined;
  /** What the command is about. */
  readonly of: readonly Exposure[];
  readonly isRemoval?: boolean;
  readonly input: CommandInput;
}

/** Makes what is exposed what it shall be; with `--plan`, only says so. A run that ends early is finished by the same command. */
export async function changeExposed(change: ExposedChange, ctx: Context): Promise<CommandResult> {
  const { opened, connection, now, next, key, of, isRemoval = false, input } = change;
  const { name, target, cluster } = opened;
  const [{ job, namespace }] = of as readonly [Exposure];
  const words = jobWords(job, namespace);
  // Of a run that ended early there is more to be done than the ports tell.
  const written = unsettled(now, next);
  const isSame = isSettled(now) && JSON.stringify(now) === JSON.stringify(written);
  const serving = { before: everOpen(now), exposed: next, isAgain: !isSettled(now), connection };
  // What cannot be served is told before it is written down.
  const planned = await planIngress(serving, ctx);
  if (planned && !now.exposures.some((one) => isServed(now, one)))
    await requireHaproxy(
      opened,
      planned.prepared.nodes.map((node) => node.Name),
      ctx,
    );
  if (input.flags['plan'] === true) {
    const lines = changesIn(now, next);
    const text = lines.length === 0 ? ['Nothing would change.'] : [...lines.map((line) => `  ${line}`), '', 'Nothing was changed.'];
    return { data: { job, would: lines }, text: [`What is exposed of cluster ${name}:`, ...text].join('\n') };
  }
  const command = `nomadctl job expose ${words.join(' ')}${isRemoval ? ' --remove' : ''}`;
  let ran = 0;
  const request = { cluster: name, paths: cluster.paths, command, beside: besideLock(ctx, cluster, command) };
  const exposed = await inSession(ctx, request, async ({ ctx, ...session }) => {
    const options = { subject: { cluster }, command, ...session };
    ran += (await runPlan(recordPlan(written), ctx, options)).ran;
    try {
      // The cloud leads to the ingress only when that is ready, and no more before it ends.
      if (!isRemoval) await serveIngress(serving, { planned, command }, ctx);
      const plan = await target.expose?.(cluster, key);
      if (plan) ran += (await runPlan(plan, ctx, options)).ran;
      if (isRemoval) await serveIngress(serving, { planned, command }, ctx);
    } catch (error) {
      // Nobody may take for served what this run has found otherwise. What was told is why it ended.
      if (!isRemoval && !ctx.signal.aborted) await runPlan(recordPlan(doubted(written, of)), ctx, options).catch(() => undefined);
      throw error;
    }
    const done = await runPlan(settlePlan, ctx, options);
    return exposedIn(done.state as Record<string, unknown>);
  });
  if (isRemoval) {
    const ports = of.map(({ port }) => port).join(', ');
    const data = { job, outcome: 'removed', exposed: [] };
    return { data, text: `Port ${ports} of ${job} is not exposed any more.`, next: nomadctl`job status ${words}` };
  }
  const [wanted] = of as readonly [Exposure];
  const { addresses } = exposed;
  const { port, reach, listen, protocol, service, certificate, ...rest } = wanted;
  return {
    data: {
      ...{ job, port, service, reach, listen, protocol, ...('host' in rest ? { host: rest.host } : {}) },
      ...{ url: urlOf(wanted, addresses), address: addresses[reach], outcome: isSame && ran === 0 ? 'unchanged' : 'exposed' },
      ...(certificate ? { certificate: { by: certificate.by, fingerprint: certificate.fingerprint } } : {}),
    },
    text: `Port ${port} of ${job} is exposed: ${exposureLine(wanted, addresses)}`,
    next: triedWith(wanted, { addresses, ca: cluster.paths.ca }),
  };
}

/** What a reader can do to see it answer; inner ones are out of reach here. */
function triedWith(exposure: Exposure, { addresses, ca }: { addresses: Exposed['addresses']; ca: string }): Hint | undefined {
  const { protocol, reach, host, listen, certificate } = exposure;
  const address = addresses[reach];
  if (protocol === 'tcp' || reach === 'inner' || address === undefined) return undefined;
  const named = host === undefined ? [] : ['--resolve', `${host}:${listen}:${address}`];
  return shell`curl ${[...(certificate?.by === 'cluster' ? ['--cacert', ca] : []), ...named, urlOf(exposure, addresses)]}`;
}

/** A line for each port of a job that changes, and for each port of an address that opens or closes. */
function changesIn(now: Exposed, next: Exposed): string[] {
  const same = (one: Exposure, other: Exposure): boolean => JSON.stringify(one) === JSON.stringify(other);
  const line = (mark: string, exposure: Exposure, addresses: Exposed['addresses']): string =>
    `${mark} port ${exposure.port} of ${exposure.job} · ${exposureLine(exposure, addresses)}`;
  const before = (exposure: Exposure): Exposure | undefined => now.exposures.find((one) => isSamePort(one, exposure));
  const listeners = (exposed: Exposed): Set<string> => new Set(exposed.exposures.map(listenerOf));
  const [open, opened] = [listeners(now), listeners(next)];
  return [
    ...now.exposures.filter((one) => !next.exposures.some((other) => isSamePort(one, other))).map((one) => line('-', one, now.addresses)),
    ...next.exposures.flatMap((one) => {
      const there = before(one);
      return there === undefined ? [line('+', one, next.addresses)] : same(there, one) ? [] : [line('~', one, next.addresses)];
    }),
    ...[...open].filter((listener) => !opened.has(listener)).map((listener) => `- listener ${listener}`),
    ...[...opened].filter((listener) => !open.has(listener)).map((listener) => `+ listener ${listener}`),
    ...(now.exposures.length === 0 && next.exposures.length > 0 ? ['+ job ingress, on every client'] : []),
    ...(now.exposures.length > 0 && next.exposures.length === 0 ? ['- job ingress'] : []),
  ];
}
