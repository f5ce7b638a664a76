import { createHash } from 'node:crypto';
import { listenerOf, upstreamOf, type Exposed, type Exposure } from './exposure.js';

/** The job of the catalogue that runs on every client and follows Consul. */
export const INGRESS = 'ingress';
/** Its variable in Nomad, which tasks of that job read, and its item. */
export const INGRESS_VARIABLE = 'nomad/jobs/ingress';
export const CONFIG_ITEM = 'config';
export const UPSTREAMS_ITEM = 'upstreams';
export const VERSION_ITEM = 'version';
/** Who the ingress is in the mesh. */
export const MESH_CLIENT = 'ingress-mesh';
/** What a load balancer in front asks for, to know whether the ingress of a client is well. */
export const HEALTH_PATH = '/-/ingress-health';

/** The most instances of a service that are known at a time. Consul's answer about 200 has 26 kB, and haproxy takes 64. */
const MOST_INSTANCES = 250;

/**
 * What the ingress does for all that is exposed: haproxy's frontends and backends, after the part that the job has itself. On each client it
 * listens on the client's own address (`INGRESS_ADDRESS`), at a port for each listener.
 * https://docs.haproxy.org/2.4/configuration.html
 */
export function ingressConfig({ exposures, gates }: Exposed): string {
  const listeners = [...new Set(exposures.map(listenerOf))].toSorted();
  const lines = listeners.flatMap((listener) => {
    const own = exposures.filter((one) => listenerOf(one) === listener);
    const gate = own[0]?.reach === 'here' ? own[0].listen : gates[listener];
    return own[0]?.protocol === 'tcp' ? tcpFrontend(listener, gate, own) : httpFrontend(listener, gate, own);
  });
  const backends = exposures.toSorted((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1)).flatMap((one) => backend(one, gates));
  return `${[...lines, ...backends, ...nobody].join('\n')}\n`;
}

const NOBODY = 'nobody';
const nobody = [
  `backend ${NOBODY}`,
  '  mode http',
  '  http-request return status 404 content-type text/plain string "nothing is exposed here"',
];

function tcpFrontend(listener: string, gate: number | undefined, [exposure]: readonly Exposure[]): string[] {
  return [
    `frontend ${listener}`,
    '  mode tcp',
    '  timeout client 1h',
    `  bind "\${INGRESS_ADDRESS}:${gate}"`,
    ...(exposure ? [`  default_backend ${nameOf(exposure)}`] : []),
  ];
}

/** Of several that a request is for, the one with a host and the longest path answers; what is for none of them is not found. */
function httpFrontend(listener: string, gate: number | undefined, own: readonly Exposure[]): string[] {
  const inOrder = own.toSorted(
    (one, other) =>
      Number(one.host === undefined) - Number(other.host === undefined) || (other.path ?? '').length - (one.path ?? '').length,
  );
  return [
    `frontend ${listener}`,
    '  mode http',
    `  bind "\${INGRESS_ADDRESS}:${gate}"`,
    `  monitor-uri ${HEALTH_PATH}`,
    '  option forwardfor if-none',
    // Of requests that change something, those that may have reached an instance are not sent to another one.
    '  http-request disable-l7-retry unless METH_GET',
    '  http-after-response set-header Retry-After 2 if { status 503 }',
    ...inOrder.flatMap((exposure) => {
      const { host, path } = exposure;
      const name = nameOf(exposure);
      const conditions = [...(host === undefined ? [] : [`${name}-host`]), ...(path === undefined ? [] : [`${name}-path`])];
      return [
        ...(host === undefined ? [] : [`  acl ${name}-host req.hdr(host),field(1,:),lower -m str ${host}`]),
        ...(path === undefined ? [] : [`  acl ${name}-path path ${path}`, `  acl ${name}-path path_beg ${path.replace(/\/?$/, '/')}`]),
        conditions.length === 0 ? `  default_backend ${name}` : `  use_backend ${name} if ${conditions.join(' ')}`,
      ];
    }),
    ...(inOrder.some(({ host, path }) => host === undefined && path === undefined) ? [] : [`  default_backend ${NOBODY}`]),
  ];
}

/** By Consul's DNS; of the mesh by the proxy beside it, which chooses an instance, shows who it is and wants to know who answers. */
function serversOf(exposure: Exposure, gates: Exposed['gates']): string {
  if (exposure.isMeshed) return `server mesh "\${INGRESS_ADDRESS}:${gates[upstreamOf(exposure)]}" check inter 1s fall 1 rise 1`;
  // All instances on one computer may share an address: they are told apart by their ports.
  return `server-template i ${MOST_INSTANCES} _${exposure.service}._tcp.service.consul resolvers consul resolve-opts allow-dup-ip init-addr none check inter 1s fall 1 rise 1`;
}

function backend(exposure: Exposure, gates: Exposed['gates']): string[] {
  const { protocol } = exposure;
  return [
    `backend ${nameOf(exposure)}`,
    `  mode ${protocol}`,
    '  balance roundrobin',
    ...(protocol === 'tcp' ? ['  timeout server 1h'] : ['  retry-on all-retryable-errors', '  option http-keep-alive']),
    `  ${serversOf(exposure, gates)}`,
  ];
}

/** Of one exposure, and of no other. */
function nameOf({ namespace, job, port }: Exposure): string {
  return `x${createHash('sha256').update(`${namespace} ${job} ${port}`).digest('hex').slice(0, 12)}`;
}

/** Services of the mesh that are exposed, each once, by name. */
export function meshedServices({ exposures }: Pick<Exposed, 'exposures'>): string[] {
  return [...new Set(exposures.flatMap(({ isMeshed, service }) => (isMeshed ? [service] : [])))].toSorted();
}

/** What the proxy of the mesh is told: its arguments for each service, with @ where the client's address goes. */
export function ingressUpstreams(exposed: Exposed): string {
  return meshedServices(exposed)
    .map((service) => `-upstream ${service}:@:${exposed.gates[upstreamOf({ service })]}`)
    .join(' ');
}
