import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/terraform/plan-stream.js';
import { isTransient, refusalIn, terraformError } from '../../../src/terraform/terraform-error.js';
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
    next: 'nomadctl up prod',
  });
  expect(error.why).toEqual([
    'UCloud refused with code 8095 (the quota of hosts is used up): Quota of host is 2',
    'error on creating instance, api:',
    'host client-1: also wrong',
    'what was made is kept; all that terraform said is in /o.log',
    'before that: ask UCloud for more, or set a smaller size',
  ]);
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

describe('trouble on the way', () => {
  test.each([
    refused(153, 'Too many requests'),
    refused(150, 'Service unavailable'),
    about('error on reading vpc, Post "http://127.0.0.1:1/": EOF'),
    about('Post "https://api.ucloud.cn": read tcp 10.0.0.1:5: read: connection reset by peer'),
    about('error on creating isolation group, 502 Bad Gateway'),
  ])('may pass: $summary', (error) => expect(isTransient({ errors: [error] })).toBe(true));

  test.each([
    [[]],
    [[refused(8095, 'quota')]],
    [[refused(153, 'busy'), about('"name" is invalid')]],
    [[refused(230, 'connection reset of parameters')]],
  ])('does not: %j', (errors) => expect(isTransient({ errors })).toBe(false));
});

test.each([
  ['[server.RetCodeError] 4411 subnet busy', { retCode: 4411, message: 'subnet busy' }],
  ['api:\n[server.RetCodeError] 171 Signature VerifyAC Error\nmore', { retCode: 171, message: 'Signature VerifyAC Error' }],
  ['no code', undefined],
])('the code in %j', (summary, expected) => expect(refusalIn({ severity: 'error', summary })).toEqual(expected));
