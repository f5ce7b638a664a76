import type { ConsulName } from '../consul-names.js';

/** What /etc/hosts says, and every name below `.consul` with its addresses of now. https://man7.org/linux/man-pages/man5/hosts.5.html */
export function hostsText(system: string, names: readonly ConsulName[]): string {
  const lines = names.flatMap(({ name, instances }) => [...new Set(instances.map(({ address }) => address))].map((ip) => `${ip} ${name}`));
  return [system.trimEnd(), '# By nomadctl, for this program alone.', ...lines, ''].join('\n');
}
