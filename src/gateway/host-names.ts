import { randomBytes } from 'node:crypto';
import type { AgentProgram } from '../cluster/node-roles.js';

/** Whose pages a request is for: our own, or those of a program. */
export type Site = 'overview' | AgentProgram;

/** The names under which a browser finds a gateway. */
export interface HostNames {
  /** What all of them end in, and cookies are for. */
  readonly domain: string;
  /** The site that a `Host` header means; nothing for one that is not ours. Any port: it may come through a tunnel. */
  siteAt(host: string | undefined): Site | undefined;
  /** `name:port` of a site, at the port that a request came by. */
  hostOf(site: Site, port: number): string;
}

const SITES: readonly Site[] = ['overview', 'nomad', 'consul'];
const LONGEST_LABEL = 63;

/**
 * Names under `.localhost`, which browsers look for on this computer alone (https://www.rfc-editor.org/rfc/rfc6761#section-6.3).
 * Names rather than ports of 127.0.0.1: a browser sends cookies of a host to every port of it, also to other people's programs,
 * and pages of all its ports are one site to it. Names rather than folders of one origin: both programs' pages want `/ui/` and
 * `/v1/`, and each keeps things in the storage of its origin. The random part keeps what one run leaves in the browser from
 * reaching another one's pages.
 */
export function createHostNames(cluster: string): HostNames {
  const random = randomBytes(4).toString('hex');
  const word = cluster
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '');
  const label = `${word.slice(0, LONGEST_LABEL - random.length - 1)}-${random}`.replace(/^-/, '');
  const domain = `${label}.localhost`;
  const nameOf = (site: Site): string => (site === 'overview' ? domain : `${site}.${domain}`);
  return {
    domain,
    siteAt: (host = '') => SITES.find((site) => nameOf(site) === host.toLowerCase().replace(/:\d+$/, '')),
    hostOf: (site, port) => `${nameOf(site)}:${port}`,
  };
}

/** The origin of pages at a `Host`, as a browser writes it. */
export function originAt(host: string): string {
  return `http://${host.toLowerCase()}`;
}
