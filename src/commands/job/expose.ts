import type { Context } from '../../context.js';
import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { DEFAULT_NAMESPACE } from '../../cluster/connection.js';
import { settleExposure } from '../../exposure/asked-exposure.js';
import { withExposure, withoutExposures } from '../../exposure/change-exposed.js';
import { isSamePort, type Exposed, type Exposure } from '../../exposure/exposure.js';
import { refuseTakenPort } from '../../exposure/refuse-taken-port.js';
import { everOpen } from '../../exposure/unsettled.js';
import type { Secret } from '@nomadctl/base/secret/secret';
import { readExposedService } from '../../jobs/report/read-exposed-service.js';
import { openCluster, type OpenCluster } from '../../targets/open-cluster.js';
import { flagOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { changeExposed } from './expose/change-exposed.js';
import { clientAddressesIn, exposedIn } from './expose/exposed-here.js';
import { connectToJob, jobOf, listOf, namespaceFlag, numberOf, planFlag } from './job-input.js';

export const command: Command = {
  arguments: [{ name: 'job', summary: 'a deployed job', required: true, completes: 'job' }],
  flags: [
    { flag: '--port <label>', summary: 'label of a port that has a service; may be left out when there is only one' },
    { flag: '--public', summary: 'at UCloud: reached from the internet, by an address and a load balancer of its own' },
    { flag: '--inner', summary: "at UCloud: reached from the cluster's networks and their peers alone (default)" },
    {
      flag: '--listen <port>',
      summary: 'port of the address; default: 80, with TLS 443, on this computer 8080; for TCP it has to be said',
    },
    { flag: '--protocol <protocol>', summary: "default: http where the service's own check is, else tcp", choices: ['http', 'tcp'] },
    { flag: '--host <name>', summary: 'only requests for this host: several jobs can share a port of the address' },
    { flag: '--path <path>', summary: 'only requests below this path, which the job sees as they are: the path is not cut off' },
    {
      flag: '--tls <certificate>',
      summary: "TLS, with a certificate of the cluster's own authority (cluster), or of a PEM file with its chain and key",
    },
    { flag: '--tls-key <file>', summary: 'the private key, where it is in a file of its own' },
    { flag: '--renew', summary: "a new certificate of the cluster's, although the present one holds" },
    { flag: '--from <range>', summary: 'with --public: only clients with these addresses; may be repeated', repeatable: true },
    { flag: '--remove', summary: 'take it back: with --port one port of the job, else all of them' },
    namespaceFlag,
    planFlag,
  ],
  examples: [
    'nomadctl job expose hello',
    'nomadctl job expose hello --public --host shop.example.org --tls cluster',
    'nomadctl job expose postgres --port db --protocol tcp --listen 5432',
    'nomadctl job expose hello --remove',
  ],
  about: [
    'Every client runs an ingress (job "ingress" of the catalogue), which follows the healthy instances in Consul. At UCloud a load balancer with',
    'health checks stands before it, and a firewall that opens this port alone, by terraform in a place of its own; on this computer the address is',
    'a client\'s own, on loopback. The same command again changes what is asked otherwise, and finishes what was interrupted. "down" takes all of it away.',
  ].join(' '),
  run: expose,
};

async function expose(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const opened = await openCluster(ctx);
  const now = exposedIn(opened.state);
  if (input.flags['remove'] === true) return remove(input, { opened, now }, ctx);
  const { title } = opened.target;
  const reaches = opened.target.reaches?.(opened.cluster.settings) ?? [];
  const connection = await connectToJob(jobOf(input), input, ctx);
  const namespace = connection.nomad.namespace ?? DEFAULT_NAMESPACE;
  const service = await readExposedService(connection, { job: jobOf(input), port: flagOf(input, 'port'), signal: ctx.signal });
  const tls = flagOf(input, 'tls');
  const settled = settleExposure(
    {
      ...{ public: input.flags['public'] === true, inner: input.flags['inner'] === true, protocol: flagOf(input, 'protocol') },
      ...{ listen: portOf(input), host: flagOf(input, 'host'), path: flagOf(input, 'path'), tls, from: listOf(input, 'from') },
    },
    { job: jobOf(input), namespace, service, place: { title: title.replace(/^This/, 'this'), reaches } },
  );
  // What contradicts another job is told before anything is made.
  withExposure(now, settled);
  await refuseTakenPort({ wanted: settled, now, addresses: clientAddressesIn(opened.state) }, ctx);
  const { shown, key } = tls === undefined ? {} : await certificateOf({ tls, input, opened, now, settled }, ctx);
  const wanted: Exposure = shown ? { ...settled, certificate: shown } : settled;
  return changeExposed({ opened, connection, now, next: withExposure(now, wanted), key, of: [wanted], input }, ctx);
}

async function remove(input: CommandInput, { opened, now }: { opened: OpenCluster; now: Exposed }, ctx: Context): Promise<CommandResult> {
  const [job, port, namespace] = [jobOf(input), flagOf(input, 'port'), flagOf(input, 'namespace')];
  // With what an earlier run was to take back.
  const gone = everOpen(now).exposures.filter(
    (one) => one.job === job && one.port === (port ?? one.port) && one.namespace === (namespace ?? one.namespace),
  );
  if (gone.length === 0) {
    const what = port === undefined ? `job ${job}` : `port ${port} of job ${job}`;
    return { data: { job, outcome: 'unchanged', exposed: [] }, text: `Nothing of ${what} is exposed.`, next: nomadctl`status` };
  }
  const connection = await opened.connection();
  return changeExposed({ opened, connection, now, next: withoutExposures(now, gone), of: gone, isRemoval: true, input }, ctx);
}

interface AskedCertificate {
  readonly tls: string;
  readonly input: CommandInput;
  readonly opened: OpenCluster;
  readonly now: Exposed;
  readonly settled: Omit<Exposure, 'certificate'>;
}

async function certificateOf(
  { tls, input, opened, now, settled }: AskedCertificate,
  ctx: Context,
): Promise<{ shown: NonNullable<Exposure['certificate']>; key?: Secret }> {
  const { clusterCertificate, fileCertificate } = await import('../../exposure/certificates.js');
  const { host } = settled;
  const about = { redact: ctx.redact, now: ctx.clock.now() };
  if (tls !== 'cluster') return fileCertificate({ file: tls, keyFile: flagOf(input, 'tlsKey') }, { ...about, host });
  const before = now.exposures.find((one) => isSamePort(one, settled))?.certificate;
  const isKept = before?.by === 'cluster' && now.held?.includes(before.fingerprint) === true && input.flags['renew'] !== true;
  const { name, cluster } = opened;
  return clusterCertificate({ ...about, host: host ?? '', cluster: name, paths: cluster.paths, before: isKept ? before : undefined });
}

function portOf(input: CommandInput): number | undefined {
  const port = numberOf(flagOf(input, 'listen'), '--listen');
  if (port === undefined || (port >= 1 && port <= 65_535)) return port;
  throw new UsageError(`${port} is no port`, { code: 'number-invalid', why: 'ports are 1 to 65535' });
}
