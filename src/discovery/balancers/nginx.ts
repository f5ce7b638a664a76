import type { Balancer } from './balancer.js';

/** So many parts of so many addresses each: nginx's configuration has room for no longer texts. */
const PARTS = 20;

/** What nginx has loaded, and not what a file says: `templates/jobs/nginx/job.nomad.hcl.hbs`. */
export const nginx: Balancer = {
  requests: 'nginx',
  tells: 'nginx',
  follow: (service) => [`service=${service}`],
  async upstream(_service, get) {
    const found: string[] = [];
    for (let part = 0; part < PARTS; part++) {
      const some = (await get(`/-/upstream?part=${part}`)).split(/\s+/).filter((word) => word !== '');
      if (some.length === 0) break;
      found.push(...some);
    }
    return found;
  },
};
