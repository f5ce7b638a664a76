import type { Balancer } from './balancer.js';

/** As fabio tells it at `/api/routes`: https://fabiolb.net/feature/web-ui */
interface Route {
  readonly service: string;
  /** `http://10.0.0.7:25100/` */
  readonly dst: string;
}

const PREFIX = 'urlprefix-';

/** It follows the tags of all services, so it is told of none. */
export const fabio: Balancer = {
  requests: 'fabio',
  tells: 'fabio-ui',
  follow: () => [],
  async upstream(service, get) {
    const routes = (JSON.parse(await get('/api/routes')) ?? []) as readonly Route[];
    return [...new Set(routes.filter((route) => route.service === service).map(({ dst }) => new URL(dst).host))];
  },
  host: (tags) =>
    tags
      .filter((tag) => tag.startsWith(PREFIX))
      .map((tag) => /^[^/ ]+/.exec(tag.slice(PREFIX.length))?.[0])
      .find((host) => host !== undefined && !host.startsWith(':')),
};
