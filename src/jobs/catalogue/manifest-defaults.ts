import type { Check, GivenManifest, JobManifest } from './job-manifest.js';

/** What a check of `job.json` means by leaving something out. */
export const CHECK_DEFAULTS = { http: { path: '/', status: 200 }, service: { passing: 1 } } as const;

/** What a right manifest says, with what it leaves out filled in; as the schema does, which takes 10 ms to load. */
export function withDefaults({ verify, ...given }: GivenManifest): JobManifest {
  const { variables = [], programs = {}, intentions = [], needs = [] } = given;
  return {
    ...given,
    variables,
    programs,
    intentions,
    needs,
    ...(verify ? { verify: { ...verify, checks: verify.checks.map(checkWithDefaults) } } : {}),
  };
}

function checkWithDefaults(check: NonNullable<GivenManifest['verify']>['checks'][number]): Check {
  const { http, service } = CHECK_DEFAULTS;
  if (check.kind === 'http') return { ...check, path: check.path ?? http.path, status: check.status ?? http.status };
  return check.kind === 'service' ? { ...check, passing: check.passing ?? service.passing } : check;
}
