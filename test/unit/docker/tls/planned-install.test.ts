import { describe, expect, test } from 'vitest';
import type { EngineFacts } from '../../../../src/docker/engine-facts.js';
import { alsoNamedOf, listenOf, plannedInstall } from '../../../../src/docker/tls/planned-install.js';
import { thrown } from '../../../helpers/thrown.js';

const FACTS: EngineFacts = {
  isRoot: true,
  hostname: 'build-1',
  addresses: ['10.0.0.5'],
  init: 'systemd',
  programs: ['dockerd', 'openssl'],
  daemonJson: '{}',
  execStart: 'ExecStart={ path=/usr/sbin/dockerd ; argv[]=/usr/sbin/dockerd -H fd:// $DOCKER_OPTS ; ignore_errors=no ; pid=0 }',
  options: '',
  containers: 0,
  rights: [],
  open: [],
};
const WANTED = { host: '0.0.0.0', port: 2376, alsoNamed: [], replace: false };

describe('an install of TLS', () => {
  test('changes the file and, for the flags of the unit, the drop-in', () => {
    const { changes, names } = plannedInstall('client-1', FACTS, WANTED);
    expect(changes.map(({ path, before }) => [path, before])).toEqual([
      ['/etc/docker/daemon.json', '{}'],
      ['/etc/systemd/system/docker.service.d/nomadctl-tls.conf', undefined],
    ]);
    expect(JSON.parse(changes[0]?.after ?? '')).toMatchObject({ hosts: ['fd://', 'tcp://0.0.0.0:2376'] });
    expect(changes[1]?.after).toMatch(/\[Service\]\nExecStart=\nExecStart=\/usr\/sbin\/dockerd \$DOCKER_OPTS\n$/);
    expect(names).toEqual({ dns: ['build-1', 'localhost'], ip: ['127.0.0.1', '10.0.0.5'] });
  });

  test('has nothing to change the second time', () => {
    const after = plannedInstall('client-1', FACTS, WANTED).changes[0]?.after ?? '';
    const execStart = FACTS.execStart.replace('-H fd:// ', '');
    expect(plannedInstall('client-1', { ...FACTS, daemonJson: after, execStart }, WANTED).changes).toEqual([]);
  });

  test('names each name and address once, and those that were given', () => {
    const alsoNamed = ['build.example.com', '203.0.113.9', '10.0.0.5', 'build-1'];
    expect(plannedInstall('client-1', FACTS, { ...WANTED, host: '10.0.0.6', alsoNamed }).names).toEqual({
      dns: ['build-1', 'localhost', 'build.example.com'],
      ip: ['127.0.0.1', '10.0.0.5', '203.0.113.9', '10.0.0.6'],
    });
  });

  test.each([
    [{ programs: ['openssl'] }, 'tool-missing', /no dockerd on client-1/],
    [{ programs: ['dockerd'] }, 'tool-missing', /no openssl on client-1/],
    [{ init: 'none' as const }, 'docker-no-service', /nobody on client-1/],
    [{ options: 'DOCKER_OPTS="-H tcp://0.0.0.0:2375"' }, 'docker-opts-in-the-way', /DOCKER_OPTS .* has -H/],
  ])('with %j is refused: %s', async (facts, code, message) => {
    const error = await thrown(() => plannedInstall('client-1', { ...FACTS, ...facts }, WANTED));
    expect(error).toMatchObject({ code, message: expect.stringMatching(message), next: expect.anything() });
    expect(error.why).not.toEqual([]);
  });
});

describe('--listen', () => {
  test.each([
    [undefined, { host: '0.0.0.0', port: 2376 }],
    ['10.0.0.5', { host: '10.0.0.5', port: 2376 }],
    ['10.0.0.5:4000', { host: '10.0.0.5', port: 4000 }],
    [':4000', { host: '0.0.0.0', port: 4000 }],
  ])('%s', (text, at) => {
    expect(listenOf(text)).toEqual(at);
  });

  test.each(['0.0.0.0:2375', 'build-1:2376', '10.0.0.5:0', '10.0.0.5:99999', '10.0.0.256', 'fd00::1'])('%s is refused', async (text) => {
    expect(await thrown(() => listenOf(text))).toMatchObject({ code: 'listen-invalid', next: expect.anything() });
  });
});

test.each(['a b', '', '-a', 'a..b', 'http://x', 'x:2376', 'ü.example', `${'a'.repeat(64)}.example`])(
  '"%s" is no name of an engine',
  async (name) => {
    expect(await thrown(() => alsoNamedOf(['build.example.com', name]))).toMatchObject({
      code: 'name-invalid',
      exitCode: 2,
      message: `"${name}" is neither a name that DNS may have nor an address`,
    });
  },
);

test('names with wildcards, and addresses of both kinds, are', () => {
  const names = ['build.example.com', '*.example.com', 'Build-1', '203.0.113.9', 'fd00::1'];
  expect(alsoNamedOf(names)).toEqual(names);
});
