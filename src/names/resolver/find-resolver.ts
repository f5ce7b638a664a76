import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { macos, nameserversIn, networkManager, resolvConf, resolved, type ResolverWay } from './resolver-way.js';

/** systemd-resolved's own resolvers. https://www.freedesktop.org/software/systemd/man/latest/systemd-resolved.service.html */
const STUBS = ['127.0.0.53', '127.0.0.54'];

/**
 * Who answers questions about names on this computer, by the files that say so. Reads only.
 * @param root of the system: `/`
 */
export function findResolver(root: string, platform: NodeJS.Platform): ResolverWay {
  if (platform === 'darwin') return macos;
  const servers = nameserversIn(textAt(join(root, 'etc/resolv.conf')));
  if (servers.some((server) => STUBS.includes(server)) || linkAt(join(root, 'etc/resolv.conf')).includes('run/systemd/resolve/'))
    return resolved;
  if (servers.every((server) => server.startsWith('127.')) && servers.length > 0 && runsDnsmasq(root)) return networkManager;
  return resolvConf;
}

function runsDnsmasq(root: string): boolean {
  const folder = join(root, 'etc/NetworkManager');
  const more = filesIn(join(folder, 'conf.d')).map((name) => join(folder, 'conf.d', name));
  return [join(folder, 'NetworkManager.conf'), ...more].some((path) => /^\s*dns\s*=\s*dnsmasq\s*$/m.test(textAt(path)));
}

function textAt(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
