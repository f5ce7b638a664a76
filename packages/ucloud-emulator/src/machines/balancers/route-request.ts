import type { BalancedRoute } from './balanced-listener.js';

export interface AskedFor {
  /** The header, with a port or without. */
  readonly host: string;
  /** With its query or without. */
  readonly path: string;
}

/** Ids of the backends that alone answer this request; undefined: all of the listener's. */
export function backendsFor(routes: readonly BalancedRoute[], { host, path }: AskedFor): readonly string[] | undefined {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const [plain = ''] = path.split('?');
  return routes.find(({ type, match }) => (type === 'Domain' ? isDomain(match.toLowerCase(), name) : plain.startsWith(match)))?.backends;
}

/** `*.example.org` stands for every name below. */
function isDomain(match: string, name: string): boolean {
  return match === name || (match.startsWith('*.') && name.endsWith(match.slice(1)) && name.length > match.length - 1);
}
