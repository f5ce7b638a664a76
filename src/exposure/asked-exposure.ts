import { UsageError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import { parseCidr } from '@nomadctl/base/ipv4';
import type { ExposedService } from './exposed-service.js';
import type { Exposure, Reach } from './exposure.js';

/** What was asked for, as it was typed. */
export interface AskedExposure {
  readonly public: boolean;
  readonly inner: boolean;
  readonly protocol: string | undefined;
  readonly listen: number | undefined;
  readonly host: string | undefined;
  readonly path: string | undefined;
  readonly tls: string | undefined;
  readonly from: readonly string[];
}

/** Where a cluster lives, as far as it matters here. */
export interface ExposurePlace {
  /** As a sentence has it: `this computer`. */
  readonly title: string;
  /** Who can reach something there, the first where nothing is said. */
  readonly reaches: readonly Reach[];
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const PATH = /^\/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*$/;
/** Of this computer, where an ordinary user may not listen below 1024. */
const HIGHER = 8000;

/**
 * Settles what is meant, with everything that was not said. TLS is decided on later: see certificates.ts.
 * @throws UsageError for what contradicts itself, or the place
 */
export function settleExposure(
  asked: AskedExposure,
  { job, namespace, service, place }: { job: string; namespace: string; service: ExposedService; place: ExposurePlace },
): Omit<Exposure, 'certificate'> {
  const reach = reachOf(asked, place);
  const speaksHttp = asked.host !== undefined || asked.path !== undefined || asked.tls !== undefined;
  if (asked.protocol === 'tcp' && speaksHttp)
    throw usage('--protocol tcp goes with no --host, --path or --tls', 'those are read from requests, and TCP is led on as it comes', {
      protocol: 'http',
    });
  const protocol = asked.protocol === 'http' || speaksHttp ? 'http' : asked.protocol === 'tcp' ? 'tcp' : service.protocol;
  const host = asked.host?.toLowerCase();
  if (host !== undefined && !HOST.test(host))
    throw usage(`"${asked.host}" is no name of a host`, 'such as shop.example.org', { host: 'shop.example.org' });
  if (asked.path !== undefined && !PATH.test(asked.path))
    throw usage(`"${asked.path}" is no path`, 'it begins with a slash, such as /cart', { path: '/cart' });
  if (asked.tls === 'cluster' && host === undefined)
    throw usage('a certificate of the cluster needs a name', 'clients compare it with the name that they asked for', {
      host: 'shop.example.org',
    });
  if (asked.tls !== undefined && reach === 'here')
    throw usage(`nothing ends TLS on ${place.title}`, 'what is exposed there is reached over loopback alone', { tls: undefined });
  // Never without any: what is pasted would let everybody in.
  const stranger = asked.from.find((range) => !parseCidr(range));
  if (stranger !== undefined) throw usage(`"${stranger}" is no range of addresses`, 'such as 192.0.2.0/24', { from: '192.0.2.0/24' });
  if (asked.from.length > 0 && reach !== 'public')
    throw usage('--from goes with --public', 'others are reached from inside alone', { public: true });
  const path = asked.path === undefined || asked.path === '/' ? undefined : asked.path.replace(/\/$/, '');
  return {
    ...{ job, namespace, port: service.port, service: service.service, reach, protocol },
    ...(service.isMeshed ? { isMeshed: true as const } : {}),
    listen: asked.listen ?? usualPort({ reach, protocol, tls: asked.tls }),
    ...(host === undefined ? {} : { host }),
    ...(path === undefined ? {} : { path }),
    ...(asked.from.length > 0 ? { from: [...asked.from].toSorted() } : {}),
  };
}

function reachOf(asked: AskedExposure, { title, reaches }: ExposurePlace): Reach {
  if (asked.public && asked.inner) throw usage('it is --public or --inner', 'a port of a job has one address', { inner: undefined });
  const wanted: Reach | undefined = asked.public ? 'public' : asked.inner ? 'inner' : reaches[0];
  if (wanted === undefined)
    throw new UsageError(`nothing can be exposed on ${title}`, { code: 'not-exposable', why: 'nomadctl knows no load balancer there' });
  if (!reaches.includes(wanted))
    throw usage(
      `${title} has no ${wanted === 'public' ? 'public address' : 'network of its own'}`,
      'there is an address for programs on it',
      {
        public: undefined,
        inner: undefined,
      },
    );
  return wanted;
}

function usualPort({ reach, protocol, tls }: { reach: Reach; protocol: string; tls: string | undefined }): number {
  if (protocol === 'tcp') throw usage('there is no usual port for TCP', 'it could be anything', { listen: '5432' });
  const usual = tls === undefined ? 80 : 443;
  return reach === 'here' ? HIGHER + usual : usual;
}

function usage(message: string, why: string, instead: Parameters<typeof again>[0]): UsageError {
  return new UsageError(message, { code: 'exposure-invalid', why, next: again(instead) });
}
