import type { Check } from '../../catalogue/job-manifest.js';
import type { CheckKind } from '../check-context.js';
import { distinct } from './distinct.js';
import { dns } from './dns.js';
import { exec } from './exec.js';
import { http } from './http.js';
import { metric } from './metric.js';
import { mongo } from './mongo.js';
import { output } from './output.js';
import { routes } from './routes.js';
import { service } from './service.js';
import { tcp } from './tcp.js';

/** What each kind of check in `job.json` does. */
export const checkKinds: { readonly [Kind in Check['kind']]: CheckKind<Kind> } = {
  exec,
  http,
  tcp,
  mongo,
  service,
  metric,
  dns,
  output,
  distinct,
  routes,
};
