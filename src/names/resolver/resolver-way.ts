import { join } from 'node:path';
import type { DnsAddress } from '../../cluster/connection.js';

/** A way in which a system's resolver is told whom to ask about `.consul`: one file, and who has to read it. */
export interface ResolverWay {
  readonly id: 'systemd-resolved' | 'networkmanager' | 'resolv.conf' | 'macos';
  /** What it is, for people. */
  readonly title: string;
  /** Below the root of the system. */
  readonly file: string;
  /** The file with ours in it. */
  withNames(before: string | undefined, names: NamesAt): string;
  /** A file that somebody has changed since, without what is ours; nothing when there is nothing else in it. */
  withoutNames(now: string): string | undefined;
  /** Has the file read. */
  readonly reload?: readonly string[];
  /** Whether a resolver of ours has to stand at port 53, because nobody there can be told another port. */
  readonly forwards: boolean;
}

export interface NamesAt {
  readonly cluster: string;
  readonly agents: readonly DnsAddress[];
}

/** Where our resolver listens: a loopback address that nobody else has. */
export const FORWARDER_ADDRESS = '127.0.53.53';

const HEADING = /^\[.*\]$/;
const MARK = '# nomadctl:';

const mark = ({ cluster }: NamesAt): string => `${MARK} .consul is cluster ${cluster}, by dns --enable`;

/** A file that is ours altogether. */
function ownFile(lines: (names: NamesAt) => readonly string[]): Pick<ResolverWay, 'withNames' | 'withoutNames'> {
  const shape = (names: NamesAt): string[] => [mark(names), ...lines(names)];
  return {
    withNames: (_, names) => `${shape(names).join('\n')}\n`,
    withoutNames(now) {
      // Headings stay: what somebody has added stands under one.
      const ours = new Set(lines({ cluster: '', agents: addressesIn(now) }).filter((line) => !HEADING.test(line)));
      return textOf(now.split('\n').filter((line) => !line.startsWith(MARK) && !ours.has(line)));
    },
  };
}

/** Nothing where only empty lines and headings of sections are left. */
function textOf(lines: readonly string[]): string | undefined {
  return lines.some((line) => line.trim() !== '' && !HEADING.test(line)) ? lines.join('\n') : undefined;
}

/** Whom a file of ours names, whatever else is in it. */
function addressesIn(text: string): DnsAddress[] {
  const pairs = [...text.matchAll(/(\d+\.\d+\.\d+\.\d+)[:#](\d+)/g)].map(([, address = '', port]) => ({ address, port: Number(port) }));
  const [, address] = /^nameserver (\S+)$/m.exec(text) ?? [];
  const [, port] = /^port (\d+)$/m.exec(text) ?? [];
  return address !== undefined && port !== undefined ? [{ address, port: Number(port) }] : pairs;
}

/**
 * A drop-in: all else is asked where it was. Ports are understood since 246.
 * https://www.freedesktop.org/software/systemd/man/latest/resolved.conf.html
 */
export const resolved: ResolverWay = {
  id: 'systemd-resolved',
  title: 'systemd-resolved',
  file: 'etc/systemd/resolved.conf.d/nomadctl.conf',
  reload: ['systemctl', 'restart', 'systemd-resolved'],
  forwards: false,
  ...ownFile(({ agents }) => [
    '[Resolve]',
    `DNS=${agents.map(({ address, port }) => `${address}:${port}`).join(' ')}`,
    'Domains=~consul',
    'DNSSEC=false',
  ]),
};

/** https://networkmanager.dev/docs/api/latest/NetworkManager.conf.html, "dns" */
export const networkManager: ResolverWay = {
  id: 'networkmanager',
  title: "NetworkManager's dnsmasq",
  file: 'etc/NetworkManager/dnsmasq.d/nomadctl.conf',
  reload: ['nmcli', 'general', 'reload', 'dns-full'],
  forwards: false,
  ...ownFile(({ agents }) => agents.map(({ address, port }) => `server=/consul/${address}#${port}`)),
};

/** resolver(5) of macOS, which looks at the folder itself; it asks one port of one address. */
export const macos: ResolverWay = {
  id: 'macos',
  title: "macOS's resolver",
  file: 'etc/resolver/consul',
  forwards: false,
  ...ownFile(({ agents: [first] }) => (first ? [`nameserver ${first.address}`, `port ${first.port}`] : [])),
};

const OUR_LINE = `nameserver ${FORWARDER_ADDRESS}`;

/** The resolvers that were there stay, after ours: when ours is gone they are asked at once. */
export const resolvConf: ResolverWay = {
  id: 'resolv.conf',
  title: '/etc/resolv.conf',
  file: 'etc/resolv.conf',
  forwards: true,
  withNames: (before = '', names) => `${mark(names)}\n${OUR_LINE}\n${before}`,
  withoutNames: (now) =>
    now
      .split('\n')
      .filter((line) => !line.startsWith(MARK) && line.trim() !== OUR_LINE)
      .join('\n'),
};

export const resolverWays: readonly ResolverWay[] = [resolved, networkManager, macos, resolvConf];

/** The resolvers that a resolv.conf names. */
export function nameserversIn(text: string): string[] {
  return text.split('\n').flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? []);
}

/** @param root of the system: `/` */
export function fileOf({ file }: ResolverWay, root: string): string {
  return join(root, file);
}
