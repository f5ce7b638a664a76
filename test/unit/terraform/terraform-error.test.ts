import { expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/terraform/plan-stream.js';
import { terraformError } from '../../../src/terraform/terraform-error.js';
import { nomadctl } from '../../../packages/base/src/hint/hint.js';

const run = { what: 'make the cluster', exitCode: 1, outputFile: '/o.log', baseUrl: 'https://api.example', next: nomadctl`up prod` };
const about = (summary: string, address = 'module.host["client-1"].ucloud_instance.this'): Diagnostic => ({
  severity: 'error',
  summary,
  detail: '',
  address,
});
const refused = (code: number, message: string): Diagnostic =>
  about(`error on creating instance, api:\n[server.RetCodeError] ${code} ${message}`);

test('a refusal of UCloud: what, which host, the code, what it means, and the command that goes on', () => {
  const error = terraformError({ errors: [refused(8095, 'Quota of host is 2'), about('also wrong')], said: [] }, run);
  expect(error).toMatchObject({
    message: 'terraform could not make the cluster: host client-1',
    code: 'ucloud-quota',
    exitCode: 3,
    next: 'ask UCloud for more, or set a smaller size, then nomadctl up prod',
  });
  expect(error.why).toEqual([
    'UCloud refused with code 8095 (the quota of hosts is used up): Quota of host is 2',
    'error on creating instance, api:',
    'host client-1: also wrong',
    'what was made is kept; all that terraform said is in /o.log',
  ]);
});

test('what is over by itself needs nothing done before the command that goes on', () => {
  expect(terraformError({ errors: [refused(153, 'Too many requests')], said: [] }, run)).toMatchObject({ next: 'nomadctl up prod' });
});

test('a lock that somebody holds is told with who and since when, and ends with 5', () => {
  const detail =
    'Error message: resource temporarily unavailable\nLock Info:\n  ID:        1\n  Path:      terraform.tfstate\n  Operation: OperationTypePlan\n  Who:       ann@desk\n  Created:   2026-11-21 15:00:00 +0000 UTC\n';
  const error = terraformError({ errors: [{ severity: 'error', summary: 'Error acquiring the state lock', detail }], said: [] }, run);
  expect(error).toMatchObject({
    exitCode: 5,
    code: 'terraform-locked',
    message: 'another terraform holds the state, of ann@desk since 2026-11-21 15:00:00 +0000 UTC',
  });
});

test('a crash without a word of its own: the last lines, and where the rest is', () => {
  const error = terraformError({ errors: [], said: ['panic: runtime error', 'goroutine 1'] }, { ...run, exitCode: 2 });
  expect(error).toMatchObject({
    message: 'terraform could not make the cluster: it ended with 2',
    why: ['panic: runtime error', 'goroutine 1', 'all that it said is in /o.log'],
  });
});
