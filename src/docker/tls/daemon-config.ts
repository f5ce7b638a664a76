import { ConfigError } from '@nomadctl/base/errors';
import { again, asRoot, hint } from '@nomadctl/base/hint/hint';
import { isTcp, tcpHost, type TcpHost } from './tcp-host.js';

/*
 * `daemon.json` is whoever's who wrote it: mirrors, log drivers, storage. What TLS takes is put among it, and all else stays.
 * https://docs.docker.com/reference/cli/dockerd/#daemon-configuration-file
 */

export const DAEMON_JSON = '/etc/docker/daemon.json';
/** What an engine reads. Its key never leaves the host. */
export const ENGINE_TLS = {
  folder: '/etc/docker/tls',
  ca: '/etc/docker/tls/ca.pem',
  certificate: '/etc/docker/tls/server-cert.pem',
  key: '/etc/docker/tls/server-key.pem',
} as const;

/** Where an engine listens that nobody has told. */
const SOCKET = 'unix:///var/run/docker.sock';
/** The port that stands for no TLS. */
const PLAIN = /^tcp:\/\/.*:2375\/?$/;

export interface WantedTls {
  readonly listen: TcpHost;
  /** Where the unit's own flags have it listen: what is in the file may be in no flag, so these move. */
  readonly unitHosts: readonly string[];
  /** Certificates of somebody else may be replaced. */
  readonly replace: boolean;
}

export interface MergedConfig {
  readonly text: string;
  /** What is no longer as it was, a sentence each. */
  readonly remarks: readonly string[];
}

type DaemonConfig = Record<string, unknown>;

/** @throws ConfigError `daemon-json-invalid`, and `docker-tls-other` where the engine has TLS of somebody else */
export function mergedDaemonConfig(before: string | undefined, { listen: at, unitHosts, replace }: WantedTls): MergedConfig {
  const [config, listen] = [parsed(before), tcpHost(at)];
  const other = OURS.find(([key, path]) => config[key] !== undefined && config[key] !== path);
  if (other && !replace) throw otherTls(other[0], config[other[0]]);
  const hosts = hostsIn(config) ?? (unitHosts.length > 0 ? unitHosts : [SOCKET]);
  const plain = hosts.filter((host) => PLAIN.test(host));
  const kept = hosts.filter((host) => !plain.includes(host));
  const after = {
    ...config,
    hosts: kept.includes(listen) ? kept : [...kept, listen],
    tlsverify: true,
    ...Object.fromEntries(OURS),
  };
  return {
    text: `${JSON.stringify(after, null, indentOf(before))}\n`,
    remarks: [
      ...plain.map((host) => `${host} is taken away: by its port, clients expect no TLS there.`),
      ...kept
        .filter((host) => isTcp(host) && host !== listen)
        .map((host) => `${host} stays, and speaks TLS from then on, as all that an engine with tlsverify has on the network.`),
      ...('cluster-store' in config ? ['cluster-store stays; engines from 23 on do not start with it.'] : []),
    ],
  };
}

const OURS = [
  ['tlscacert', ENGINE_TLS.ca],
  ['tlscert', ENGINE_TLS.certificate],
  ['tlskey', ENGINE_TLS.key],
] as const;

/** Where an engine's file has it listen; nothing where the file does not say. @throws ConfigError `daemon-json-invalid` */
export function configuredHosts(text: string | undefined): readonly string[] | undefined {
  return hostsIn(parsed(text));
}

/** Whether containers outlive a restart of the engine. @throws ConfigError `daemon-json-invalid` */
export function keepsContainers(text: string | undefined): boolean {
  return parsed(text)['live-restore'] === true;
}

/** What of the file is not as TLS of ours wants it; nothing when it is. */
export function configProblem(text: string | undefined): string | undefined {
  if (text === undefined) return `there is no ${DAEMON_JSON}`;
  const config = parsed(text);
  if (config['tlsverify'] !== true) return 'it does not ask clients for certificates (tlsverify)';
  const other = OURS.find(([key, path]) => config[key] !== path);
  if (other) return `${other[0]} is ${JSON.stringify(config[other[0]]) ?? 'not there'}`;
  return hostsIn(config)?.some((host) => isTcp(host)) ? undefined : 'none of its hosts is on the network';
}

function parsed(text: string | undefined): DaemonConfig {
  if (text === undefined || text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : 'it cannot be read');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('it holds no object');
  return value as DaemonConfig;
}

function hostsIn({ hosts }: DaemonConfig): string[] | undefined {
  if (hosts === undefined) return undefined;
  if (Array.isArray(hosts) && hosts.every((host) => typeof host === 'string')) return hosts;
  throw invalid('its "hosts" are no list of addresses');
}

function indentOf(text: string | undefined): string {
  return /^([ \t]+)"/m.exec(text ?? '')?.[1] ?? '  ';
}

function invalid(why: string): ConfigError {
  return new ConfigError(`${DAEMON_JSON} is no configuration of docker`, {
    code: 'daemon-json-invalid',
    why: [why, 'it is left as it is: what somebody has written there would be lost'],
    next: hint`${asRoot`dockerd --validate --config-file ${DAEMON_JSON}`}   says where, from docker 23 on`,
  });
}

function otherTls(key: string, path: unknown): ConfigError {
  return new ConfigError(`docker has TLS of somebody else: ${key} is ${JSON.stringify(path)}`, {
    code: 'docker-tls-other',
    why: 'clients that have certificates of that authority would be locked out',
    next: hint`${again({ replace: true })}   replaces it all the same; the files stay`,
  });
}
