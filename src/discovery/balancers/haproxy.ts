import type { Balancer } from './balancer.js';

/** One field of a line of CSV, which may be in quotes. */
const FIELD = /(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g;

/** Servers that are up by its own checks. https://docs.haproxy.org/2.6/management.html#9.1 */
export const haproxy: Balancer = {
  requests: 'haproxy',
  tells: 'haproxy',
  follow: (service) => [`service=${service}`],
  async upstream(_service, get) {
    const [head = '', ...lines] = (await get('/-/upstream;csv')).split('\n').filter((line) => line.trim() !== '');
    const titles = fieldsOf(head.replace(/^# /, ''));
    const [status, address, name] = ['status', 'addr', 'svname'].map((title) => titles.indexOf(title)) as [number, number, number];
    if (status < 0 || address < 0) throw new Error('its statistics have no addresses');
    return lines
      .map(fieldsOf)
      .filter((fields) => !/^(FRONTEND|BACKEND)$/.test(fields[name] ?? '') && /^UP\b/.test(fields[status] ?? ''))
      .flatMap((fields) => fields[address] || []);
  },
};

function fieldsOf(line: string): string[] {
  return [...line.matchAll(FIELD)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}
