import { isIP } from 'node:net';
import { PrerequisiteError, UsageError } from '@nomadctl/base/errors';
import { again, hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import type { CertifiedNames } from '../../security/authority/certified-names.js';
import type { EngineFacts } from '../engine-facts.js';
import { DAEMON_JSON, mergedDaemonConfig } from './daemon-config.js';
import type { TcpHost } from './tcp-host.js';
import { DROP_IN, dropInOf, refuseOptions, unitFlags } from './unit-flags.js';

/** Where an engine is to listen, and what else it is called. */
export interface WantedEngine extends TcpHost {
  /** Names or addresses by which clients reach it besides its own, such as a public one. */
  readonly alsoNamed: readonly string[];
  readonly replace: boolean;
}

/** A file of the host as it is, and as it is to be; nothing where there is none. */
export interface FileChange {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface PlannedInstall {
  readonly names: CertifiedNames;
  readonly changes: readonly FileChange[];
  readonly remarks: readonly string[];
}

const DEFAULT_PORT = 2376;
const PLAIN_PORT = 2375;

/** `10.0.0.5:2376`, `10.0.0.5`, `:2376`. @throws UsageError `listen-invalid` */
export function listenOf(text: string | undefined): TcpHost {
  const [, host = '', digits] = /^(.*?)(?::(\d+))?$/.exec(text ?? '') ?? [];
  const port = Number(digits ?? DEFAULT_PORT);
  const problem =
    host !== '' && isIP(host) !== 4
      ? `"${host}" is no IPv4 address`
      : port === PLAIN_PORT
        ? `${PLAIN_PORT} is the port that stands for no TLS: clients would speak without`
        : port < 1 || port > 65_535
          ? `${port} is no port`
          : undefined;
  if (problem === undefined) return { host: host === '' ? '0.0.0.0' : host, port };
  throw new UsageError(`docker cannot listen at ${text}`, {
    code: 'listen-invalid',
    why: problem,
    next: again({ listen: `0.0.0.0:${DEFAULT_PORT}` }),
  });
}

/** RFC 1123, with the wildcard of a certificate's first label (RFC 6125). */
const DNS_NAME = /^(?=.{1,253}$)(\*\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** Other names and addresses of an engine, as flags gave them. @throws UsageError `name-invalid`: no certificate may have it */
export function alsoNamedOf(given: readonly string[]): readonly string[] {
  const wrong = given.find((name) => isIP(name) === 0 && !DNS_NAME.test(name));
  if (wrong === undefined) return given;
  throw new UsageError(`"${wrong}" is neither a name that DNS may have nor an address`, {
    code: 'name-invalid',
    why: 'a certificate names hosts as clients ask for them: letters, digits and dashes, in parts with dots between them',
    next: nomadctl`docker tls install --help`,
  });
}

/**
 * What an install would change of a host.
 * @throws PrerequisiteError `tool-missing`, `docker-no-service`; ConfigError `daemon-json-invalid`, `docker-tls-other`, `docker-opts-in-the-way`
 */
export function plannedInstall(name: string, facts: EngineFacts, wanted: WantedEngine): PlannedInstall {
  requireHost(name, facts);
  refuseOptions(facts.options);
  const flags = unitFlags(facts.execStart);
  const { text, remarks } = mergedDaemonConfig(facts.daemonJson, {
    listen: wanted,
    unitHosts: flags.hosts,
    replace: wanted.replace,
  });
  return {
    names: engineNames(facts, wanted),
    changes: [
      { path: DAEMON_JSON, before: facts.daemonJson, after: text },
      ...(flags.without === undefined ? [] : [{ path: DROP_IN, before: facts.dropIn, after: dropInOf(flags.without) }]),
    ].filter(({ before, after }) => before !== after),
    remarks,
  };
}

/** All names and addresses by which an engine may be asked: a client refuses one that its certificate does not have. */
export function engineNames(
  { hostname, addresses }: Pick<EngineFacts, 'hostname' | 'addresses'>,
  wanted: Pick<WantedEngine, 'host' | 'alsoNamed'>,
): CertifiedNames {
  const also = [...wanted.alsoNamed, ...(wanted.host === '0.0.0.0' ? [] : [wanted.host])];
  return {
    dns: [...new Set([hostname, 'localhost', ...also.filter((one) => isIP(one) === 0)])],
    ip: [...new Set(['127.0.0.1', ...addresses, ...also.filter((one) => isIP(one) !== 0)])],
  };
}

/** What has to be there before anything is changed. */
function requireHost(name: string, { programs, init }: EngineFacts): void {
  const missing = ['dockerd', 'openssl'].find((program) => !programs.includes(program));
  if (missing !== undefined)
    throw new PrerequisiteError(`there is no ${missing} on ${name}`, {
      code: 'tool-missing',
      why:
        missing === 'dockerd'
          ? 'without an engine there is nothing to give TLS to'
          : 'the host makes its key itself, and needs it for that',
      next: hint`install ${missing === 'dockerd' ? 'docker' : 'openssl'} there, then ${nomadctl`docker tls install`}`,
    });
  if (init === 'none')
    throw new PrerequisiteError(`nobody on ${name} can be asked to start docker anew`, {
      code: 'docker-no-service',
      why: 'there is neither systemd nor /etc/init.d/docker: whoever starts dockerd there has to be told',
      next: shell`ps -o args= -C dockerd`,
    });
}
