import type { AgentProgram } from '../cluster/node-roles.js';
import type { ProxyLeg } from './proxy-legs.js';

/** The servers of one program, as they are reached from here. */
export interface ProxyBackend {
  readonly program: AgentProgram;
  /** At which the proxy listens: that of the servers. */
  readonly port: number;
  /** `host:port` each. */
  readonly servers: readonly string[];
  /** Where they speak TLS: who has signed their certificates, and the name that only servers have in them. */
  readonly tls?: { readonly ca: string; readonly name: string };
}

export interface ProxyConfig {
  readonly legs: readonly ProxyLeg[];
  readonly backends: readonly ProxyBackend[];
  /** Path of the socket that tells the state of servers. */
  readonly socket: string;
}

/**
 * Configuration of haproxy (2.4 and newer, https://docs.haproxy.org). What goes through stays as it is: TLS ends at the agents. A server is
 * good as long as it knows a leader. An address alone keeps nobody out, for Linux answers at all of its addresses on every card: each is bound
 * to its card, too, which takes root.
 */
export function haproxyConfig({ legs, backends, socket }: ProxyConfig): string {
  return `# Written by nomadctl
global
  stats socket ${socket} mode 600 level admin expose-fd listeners
  hard-stop-after 15m
defaults
  mode tcp
  option redispatch
  retries 3
  timeout connect 2s
  timeout check 2s
  # Longer than the longest blocking query, of ten minutes and a sixteenth.
  timeout client 11m
  timeout server 11m
  default-server inter 1s fastinter 300ms downinter 1s fall 2 rise 1 on-marked-down shutdown-sessions
${backends.map((backend) => section(backend, legs)).join('')}`;
}

function section({ program, port, servers, tls }: ProxyBackend, legs: readonly ProxyLeg[]): string {
  const binds = legs
    .filter(({ programs }) => programs.includes(program))
    .map(({ card, address }) => `  bind ${address}:${port} interface ${card}\n`);
  if (binds.length === 0) return '';
  const check = tls ? ` check-ssl verify required ca-file ${quoted(tls.ca)} check-sni ${tls.name} verifyhost ${tls.name}` : '';
  return `frontend ${program}
${binds.join('')}  default_backend ${program}
backend ${program}
  option httpchk
  http-check send meth GET uri /v1/status/leader
  # One that knows none answers 200 and "".
  http-check expect rstring [0-9]
${servers.map((server, index) => `  server ${program}-${index + 1} ${server} check${check}\n`).join('')}`;
}

/** https://docs.haproxy.org/2.6/configuration.html#2.2 */
function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
