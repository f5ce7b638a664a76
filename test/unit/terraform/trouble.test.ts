import { expect, test } from 'vitest';
import type { Diagnostic } from '../../../src/terraform/plan-stream.js';
import { lostIn, refusalIn, troubleIn } from '../../../src/terraform/trouble.js';

const about = (summary: string, detail = ''): Diagnostic => ({ severity: 'error', summary, detail });
const refused = (code: number, message: string): Diagnostic =>
  about(`error on creating instance, api:\n[server.RetCodeError] ${code} ${message}`);
const ABSENT = about(
  'Provider produced inconsistent result after apply',
  'When applying changes to module.isolation_group["client-1"].ucloud_isolation_group.this, provider "x" produced an unexpected new value: Root object was present, but now absent.\n\nThis is a bug in the provider, which should be reported in the provider\'s own issue tracker.',
);

test.each([
  ['throttled', [refused(153, 'Too many requests')]],
  ['passing', [refused(150, 'Service unavailable')]],
  ['passing', [about('error on reading vpc, Post "http://127.0.0.1:1/": EOF')]],
  ['passing', [about('Post "https://api.ucloud.cn": read tcp 10.0.0.1:5: read: connection reset by peer')]],
  ['passing', [about('error on creating isolation group, 502 Bad Gateway')]],
  ['late', [ABSENT]],
  ['late', [about('error on reading eip association, the specified eip eip-1 is not found')]],
  ['late', [about('Cannot import non-existent remote object')]],
  ['throttled', [about('EOF'), ABSENT, refused(153, 'busy')]],
  ['late', [about('EOF'), ABSENT]],
])('may pass, as %s: %j', (kind, errors) => expect(troubleIn({ errors })).toBe(kind));

test.each([
  [[]],
  [[refused(8095, 'quota')]],
  [[refused(153, 'busy'), about('"name" is invalid')]],
  [[refused(230, 'connection reset of parameters')]],
  [[about('Provider produced inconsistent result after apply', 'produced an unexpected new value: .name: was "a", but now "b"')]],
])('does not: %j', (errors) => expect(troubleIn({ errors })).toBeUndefined());

test('what was made and not found afterwards, by its address', () => {
  expect(lostIn({ errors: [refused(153, 'busy'), ABSENT] })).toEqual(['module.isolation_group["client-1"].ucloud_isolation_group.this']);
});

test.each([
  ['[server.RetCodeError] 4411 subnet busy', { retCode: 4411, message: 'subnet busy' }],
  ['api:\n[server.RetCodeError] 171 Signature VerifyAC Error\nmore', { retCode: 171, message: 'Signature VerifyAC Error' }],
  ['no code', undefined],
])('the code in %j', (summary, expected) => expect(refusalIn({ summary })).toEqual(expected));
