import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { openSecret } from '../../packages/base/src/secret/open-secret.js';
import type { AgentEndpoint } from '../../src/clients/agent-endpoint.js';
import { begin } from '../../src/clients/transport.js';
import type { ClusterConnection } from '../../src/cluster/connection.js';
import type { Lab } from './lab.js';

/** As `fetch`, of one agent's API: over TLS, and with a token, where the cluster wants them. */
export type Ask = (path: string, init?: { readonly method?: string; readonly body?: string }) => Promise<Response>;

/** Of the server that a cluster's commands speak to. */
export interface AskedServer {
  readonly nomad: Ask;
  readonly consul: Ask;
}

interface AskedAgent {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** PEM. */
  readonly ca?: string | undefined;
}

function asker({ url, headers, ca }: AskedAgent): Ask {
  const transport = ca === undefined ? {} : { ca: { pem: ca, file: '' } };
  return (path, { method = 'GET', body } = {}) =>
    new Promise((resolve, reject) => {
      // Consul takes no body that comes in chunks.
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const asked = begin(
        new URL(url + path),
        { method, headers: { ...headers, ...length } },
        {
          transport,
          onReply: (reply) =>
            void text(reply).then((said) => resolve(new Response(said === '' ? null : said, { status: reply.statusCode ?? 0 })), reject),
        },
      );
      asked.once('error', reject);
      asked.end(body);
    });
}

/** By what `nomadctl env` tells programs. */
export async function serverOf(lab: Pick<Lab, 'must'>, cluster = 'dev'): Promise<AskedServer> {
  const env = (await lab.must(['env', cluster, '--json'])).json<Record<string, string | null>>();
  const of = (address: string, header: string, token: string): Ask =>
    asker({
      url: env[address] ?? '',
      headers: env[token] ? { [header]: env[token] } : {},
      ca: env['CONSUL_CACERT'] ? readFileSync(env['CONSUL_CACERT'], 'utf8') : undefined,
    });
  return {
    nomad: of('NOMAD_ADDR', 'x-nomad-token', 'NOMAD_TOKEN'),
    consul: of('CONSUL_HTTP_ADDR', 'x-consul-token', 'CONSUL_HTTP_TOKEN'),
  };
}

/** The same by a connection. */
export function serverAt({ nomad, consul }: Pick<ClusterConnection, 'nomad' | 'consul'>): AskedServer {
  const of = ({ url, token, ca }: AgentEndpoint, header: string): Ask =>
    asker({ url, headers: token ? { [header]: openSecret(token) } : {}, ca: ca?.pem });
  return { nomad: of(nomad, 'x-nomad-token'), consul: of(consul, 'x-consul-token') };
}
