import { expect, test } from 'vitest';
import { buildFailed } from '../../../../src/ucloud/images/build-failure.js';
import type { UcloudSettings } from '../../../../src/ucloud/settings/options.js';

const settings = { allowIp: ['10.0.0.1/32'] } as unknown as UcloudSettings;
const prod = { name: 'prod', settings };

const refused = (code: number, text: string) => `Error on creating instance: api:\n[server.RetCodeError] ${code} ${text}`;
/** As packer ends: the error as such, in the last lines, and in its closing words. */
const failure = (error: string, ...before: string[]) => ({
  artifacts: [],
  errors: ['1', error],
  tail: [
    ...before,
    ...error.split('\n'),
    `Build 'ucloud-uhost' errored after 33 milliseconds: ${error.split('\n')[0]}`,
    '==> Wait completed after 33 milliseconds',
    "==> Some builds didn't complete successfully and had errors:",
    '==> Builds finished but no artifacts were created.',
  ],
  exitCode: 1,
});

test('a quota says what it means, each line once, and builds one after the other', () => {
  const error = buildFailed('nomad-client', failure(refused(8095, 'Quota of host is 1'), 'Creating Instance...'), prod);
  expect([error.message, error.code, error.next]).toEqual([
    'packer exited with 1',
    'build-failed',
    'nomadctl build-images --parallel 1 --cluster prod',
  ]);
  expect(error.why).toEqual([
    'the quota of hosts is used up (code 8095)',
    'Error on creating instance: api:',
    '[server.RetCodeError] 8095 Quota of host is 1',
    'Creating Instance...',
  ]);
});

test('a script that failed shows its last lines, and the build is tried again', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  const error = buildFailed('consul-server', failure('Script exited with non-zero exit status: 1.', ...lines), prod);
  expect(error.why).toEqual(['Script exited with non-zero exit status: 1.', ...lines.slice(-8)]);
  expect(error.next).toEqual('nomadctl build-images consul-server --cluster prod');
});

test('a host that nobody reached names who may', () => {
  const error = buildFailed('consul-server', failure('Timeout waiting for SSH.'), prod);
  expect(error.why).toContain('only 10.0.0.1/32 may reach the temporary host: is this computer in there?');
  expect(error.next).toEqual('nomadctl config explain allowIp --cluster prod');
});

test('a code that says nothing to us stays as it came', () => {
  expect(buildFailed('nomad-server', failure(refused(99999, 'strange')), prod)).toMatchObject({
    why: ['Error on creating instance: api:', '[server.RetCodeError] 99999 strange'],
    next: 'nomadctl build-images nomad-server --cluster prod',
  });
});
