import { once } from 'node:events';
import { join } from 'node:path';
import { PrerequisiteError, UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import type { Context } from '../../context.js';
import { serveGateway, type Gateway } from '../../gateway/serve-gateway.js';
import { openCluster } from '../../targets/open-cluster.js';
import { refusedAccess } from '../../targets/refused-access.js';
import { flagOf, type CommandInput } from '../command.js';
import { lookAtCluster } from './look-at-cluster.js';
import { openPrivately } from './open-in-browser.js';

const LARGEST_PORT = 65_535;
/** Several pages may ask at once, and each asks every few seconds. */
const FRESH_MS = 2000;

/** Serves the web interfaces until Ctrl-C. @throws UsageError for a wrong port, PrerequisiteError for one that is in use, and as `openCluster` */
export async function serveUi(input: CommandInput, ctx: Context): Promise<void> {
  const port = portOf(input);
  const { name, cluster, connection } = await openCluster(ctx);
  // Pages of a program that lets us do nothing would say so in words of their own, or be empty.
  const refusal = await refusedAccess(await connection(), ctx.signal);
  if (refusal) throw refusal;
  const gateway = await start(name, port, ctx);
  const opening = input.flags['open'] === true ? await openPrivately(gateway.url, cluster.paths.dir, ctx) : undefined;
  try {
    ctx.ui.write(`${ctx.global.json ? JSON.stringify(facts(name, gateway)) : describe(name, gateway, ctx)}\n`);
    opening?.opened.catch((error: unknown) => {
      if (!ctx.signal.aborted) ctx.ui.warn(`The browser was not opened: ${reasonOf(error)}`);
    });
    if (!ctx.signal.aborted) await once(ctx.signal, 'abort');
  } finally {
    await opening?.end();
    await gateway.close();
  }
  ctx.ui.note('The web interfaces are no longer served');
}

async function start(cluster: string, port: number, ctx: Context): Promise<Gateway> {
  try {
    return await serveGateway({
      cluster,
      port,
      servers: async (program) => (await (await openCluster(ctx, cluster)).connection()).servers[program],
      overview: keptFor(FRESH_MS, ctx, () => lookAtCluster(cluster, ctx)),
      files: join(ctx.paths.templates, 'ui'),
      onRequest: (line) => ctx.ui.debug(line),
    });
  } catch (error) {
    if (!['EADDRINUSE', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new PrerequisiteError(`port ${port} of this computer cannot be listened at`, {
      code: 'port-unusable',
      why: reasonOf(error),
      next: nomadctl`ui`,
      cause: error,
    });
  }
}

/** Looks again when what was seen is older than that; whoever asks meanwhile gets the same. A failure is not kept. */
function keptFor<Seen>(ms: number, { clock }: Pick<Context, 'clock'>, look: () => Promise<Seen>): () => Promise<Seen> {
  let last: { readonly at: number; readonly seen: Promise<Seen> } | undefined;
  return () => {
    if (last === undefined || clock.now() - last.at > ms) {
      const seen = look();
      seen.catch(() => (last = undefined));
      last = { at: clock.now(), seen };
    }
    return last.seen;
  };
}

function portOf(input: CommandInput): number {
  const text = flagOf(input, 'port') ?? '0';
  if (/^\d{1,5}$/.test(text) && Number(text) <= LARGEST_PORT) return Number(text);
  throw new UsageError(`--port must be a number from 0 to ${LARGEST_PORT} (got "${text}")`, {
    code: 'flag-invalid',
    next: nomadctl`ui --port 8400`,
  });
}

function facts(cluster: string, { url, nomad, consul }: Gateway): Record<string, string> {
  return { cluster, url, nomad, consul };
}

function describe(cluster: string, { url }: Gateway, { ui: { style } }: Context): string {
  return [
    `The web interfaces of ${cluster}, for one browser on this computer:`,
    `  ${style.accent(url)}`,
    '',
    'The address signs in once. Ctrl-C ends all of it.',
  ].join('\n');
}
