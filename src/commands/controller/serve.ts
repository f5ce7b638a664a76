import { once } from 'node:events';
import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import { isLoopback } from '@nomadctl/base/servers/listening';
import { programFlags } from '../../config/program-options.js';
import type { Context } from '../../context.js';
import { keepWorker } from '../../controller/keep-worker.js';
import { ownCertificate, servedNames, type WantedCertificate } from '../../controller/own-certificate.js';
import { serveController } from '../../controller/serve-controller.js';
import { createTemplateCache } from '../../controller/template-cache.js';
import { openTenantView } from '../../controller/tenant-view.js';
import { flagOf, type Command, type CommandInput } from '../command.js';
import { listOf } from '../job/job-input.js';
import { listenFlag, listenOf, urlAt, type ListenAddress } from '../listen-flag.js';
import { withTenants } from '../tenant/open-tenants.js';
import { leadsIn, serviceLog, type ServiceLog } from './service-log.js';

const DEFAULT_LISTEN = '127.0.0.1:8390';
/** How often it is looked whether another certificate is due. */
const RENEW_MS = 60_000;

export const command: Command = {
  flags: [
    listenFlag(DEFAULT_LISTEN),
    {
      flag: '--tls <certificate>',
      summary: "cluster: one of the cluster's authority, the default where other computers reach it; or a file with certificate and key",
    },
    { flag: '--tls-key <file>', summary: 'the private key, where it is in a file of its own' },
    { flag: '--name <name>', summary: "one more name or address in the certificate of the cluster's authority", repeatable: true },
  ],
  examples: [
    'nomadctl controller serve',
    'nomadctl controller serve --listen 0.0.0.0:8390 --name tenants.example.org',
    'nomadctl controller serve --listen 0.0.0.0:8390 --tls server.pem --tls-key server.key',
  ],
  about: [
    'It only answers, from memory what is looked up; what changes something is done by a process beside it (controller work). Any number of them may run',
    'beside each other: all answer, and one works. Other computers are answered over HTTPS alone; a certificate that is replaced or ends soon is',
    'exchanged while it runs. GET /v1/openapi.json describes it. Ctrl-C ends it; what is under way goes on with the next one.',
  ].join(' '),
  async run(input, ctx) {
    const listen = listenOf(input, { fallback: DEFAULT_LISTEN, next: nomadctl`controller serve --listen ${DEFAULT_LISTEN}` });
    return withTenants(ctx, async ({ connection, store }) => {
      const log = serviceLog(ctx);
      const { signal, paths, redact, clock } = ctx;
      const wanted = wantedCertificate(input, { listen, cluster: connection.cluster });
      const identity = wanted && (await ownCertificate(wanted, { paths, redact, now: clock.now() }));
      let leads = false;
      const view = openTenantView({ store, connection }, signal);
      const at = { connection, store, view, templates: createTemplateCache(paths), paths, redact, signal, now: () => clock.now() };
      const server = await serveController(at, {
        ...listen,
        ...{ identity, version: '1', isLeader: () => leads },
        onFailure: (error) => log('failure', { why: reasonOf(error) }),
      });
      log('listening', { url: urlAt({ ...listen, port: server.port }, identity ? 'https' : 'http') });
      const renewing = identity && wanted ? keepRenewed(ctx, { wanted, identity, log, renew: server.renew }) : undefined;
      const working = keepWorker(ctx, {
        ...{ file: process.execPath, argv: workerArgv(ctx, connection.cluster), env: ctx.env },
        onLine(line) {
          leads = leadsIn(line) ?? leads;
          if (line.startsWith('{')) ctx.ui.write(`${redact(line)}\n`);
          else if (line.trim() !== '') log('worker', { said: line });
        },
        onEnd(error) {
          leads = false;
          log('worker', { ended: reasonOf(error) });
        },
      });
      try {
        if (!signal.aborted) await once(signal, 'abort');
      } finally {
        await server.close();
        await Promise.all([working, renewing]);
      }
      return undefined;
    });
  },
};

/** Nothing for plain HTTP, which is for this computer alone. @throws UsageError `flags-conflict` */
function wantedCertificate(
  input: CommandInput,
  { listen, cluster }: { readonly listen: ListenAddress; readonly cluster: string },
): WantedCertificate | undefined {
  const [tls, keyFile, names] = [flagOf(input, 'tls'), flagOf(input, 'tlsKey'), listOf(input, 'name')];
  const isOfCluster = tls === undefined ? !isLoopback(listen.host) : tls === 'cluster';
  const wrong = (said: string, why: string): UsageError =>
    new UsageError(said, { code: 'flags-conflict', why, next: nomadctl`controller serve --help` });
  if (keyFile !== undefined && (tls === undefined || isOfCluster))
    throw wrong('--tls-key goes with a file of --tls', 'a key is nothing by itself');
  if (names.length > 0 && !isOfCluster) throw wrong('--name goes with a certificate of the cluster', 'a file says itself whom it names');
  if (isOfCluster) return { by: 'cluster', cluster, names: servedNames(listen.host, names) };
  return tls === undefined ? undefined : { by: 'file', file: tls, keyFile };
}

interface Renewal {
  readonly wanted: WantedCertificate;
  readonly identity: Awaited<ReturnType<typeof ownCertificate>>;
  readonly renew: Awaited<ReturnType<typeof serveController>>['renew'];
  readonly log: ServiceLog;
}

/** The one before is shown for as long as another one cannot be had. */
async function keepRenewed({ clock, signal, paths, redact }: Context, { wanted, identity, renew, log }: Renewal): Promise<void> {
  let shown = identity;
  while (!signal.aborted) {
    await clock.sleep(RENEW_MS, signal).catch(() => undefined);
    if (signal.aborted) return;
    try {
      const next = await ownCertificate(wanted, { paths, redact, now: clock.now(), before: shown });
      if (next === shown) continue;
      renew(next);
      shown = next;
      log('certificate', { said: 'another one is shown from now on' });
    } catch (error) {
      log('failure', { why: reasonOf(error) });
    }
  }
}

/** It means the same cluster and programs, and ends with this process. */
function workerArgv({ paths, given }: Pick<Context, 'paths' | 'given'>, cluster: string): string[] {
  const programs = Object.entries(given.programs ?? {}).flatMap(([program, file]) => {
    const spec = programFlags.find((candidate) => candidate.program === program);
    return spec ? [spec.flag, file] : [];
  });
  return [paths.program, 'controller', 'work', '--for', String(process.pid), '--cluster', cluster, ...programs];
}
