import { createConsulApi } from '../../../clients/consul/consul-api.js';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { askHttp } from '../ask-port.js';
import type { CheckContext, CheckKind, CheckResult } from '../check-context.js';
import { wordsOfMeta } from '../words-of-meta.js';
import { passingPorts } from './distinct.js';

/** As fabio tells it at `/api/routes`: https://fabiolb.net/feature/web-ui */
interface Route {
  readonly service: string;
  readonly host: string;
  readonly path: string;
  /** `http://10.0.0.7:25100/` */
  readonly dst: string;
}

/** Of many routes some are asked for: what is shown is that requests come through. */
const ASKED = 10;

export const routes: CheckKind<'routes'> = async (check, at) => {
  const prefix = await wordsOfMeta(check.prefix, at);
  const [tables, proxies, wanted] = await Promise.all([
    passingPorts(check.service, at),
    passingPorts(check.proxy, at),
    wantedRoutes(prefix, at),
  ]);
  if (tables.length === 0) return { ok: false, found: `no instance of ${check.service} passes its checks` };
  let first: readonly Route[] = [];
  for (const table of tables) {
    const { body } = await askHttp(table, '/api/routes', at);
    const known = (JSON.parse(body) ?? []) as readonly Route[];
    const lost = [...wanted].filter((route) => !known.some((one) => keyOf(one) === route));
    if (lost.length > 0) return { ok: false, found: `fabio at ${table.host}:${table.port} lacks ${lost.join(', ')}` };
    first = known;
  }
  const hosts = [...new Map(first.map((route) => [`${route.host}${route.path}`, route])).values()].filter(isPlainHttp).slice(0, ASKED);
  for (const [index, { host, path }] of hosts.entries()) {
    const proxy = proxies[index % proxies.length];
    if (!proxy) return { ok: false, found: `no instance of ${check.proxy} passes its checks` };
    const { status, body } = await askHttp(proxy, path, { ...at, host });
    // What the service itself says to its first page is its own matter; that there is no way to it is not.
    if (body === '' && status === 404) return { ok: false, found: `${host}${path} has no route at ${proxy.host}:${proxy.port}` };
    if (status >= 500) return { ok: false, found: `${host}${path} answers with ${status} at ${proxy.host}:${proxy.port}` };
  }
  return ending(wanted.size, tables.length, hosts);
};

function ending(wanted: number, tables: number, asked: readonly Route[]): CheckResult {
  const through = asked.length > 0 ? `, answered for ${asked.map(({ host, path }) => `${host}${path}`).join(', ')}` : '';
  return { ok: true, found: `${wanted} ${wanted === 1 ? 'route' : 'routes'} at each of ${tables}${through}` };
}

/** Routes of TCP have no host, and wait for a listener of their own. */
function isPlainHttp({ host, dst }: Route): boolean {
  return host !== '' && new URL(dst).protocol === 'http:';
}

/** What tags of healthy instances ask for, as `keyOf` writes it. */
async function wantedRoutes(prefix: string, { connection, signal }: CheckContext): Promise<Set<string>> {
  const consul = createConsulApi(connection.consul);
  const tagged = Object.entries(await consul.serviceTags(signal)).flatMap(([service, tags]) =>
    tags.some((tag) => tag.startsWith(prefix)) ? [service] : [],
  );
  const found = await mapBounded(tagged, REQUESTS_AT_ONCE, async (service) => {
    const { value } = await consul.service(service, { index: 0, signal });
    return value
      .filter(({ passing }) => passing)
      .flatMap(({ address, port, tags }) => {
        const destinations = tags.filter((tag) => tag.startsWith(prefix)).map((tag) => tag.slice(prefix.length).split(' ')[0] ?? '');
        return destinations.map((route) => `${route.startsWith(':') ? '' : route.toLowerCase()} ${address}:${port}`);
      });
  });
  return new Set(found.flat());
}

/** `microbot.service.consul:9999/ 10.0.0.7:25100` */
function keyOf({ host, path, dst }: Route): string {
  return `${`${host}${path}`.toLowerCase()} ${new URL(dst).host}`;
}
