import { describe, expect, test } from 'vitest';
import { refuseOptions, unitFlags } from '../../../../src/docker/tls/unit-flags.js';
import { thrown } from '../../../helpers/thrown.js';

/** As systemd 252 shows it. */
const shown = (line: string): string =>
  `ExecStart={ path=/usr/sbin/dockerd ; argv[]=${line} ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }`;

describe("flags of docker's unit", () => {
  test.each([
    // Debian 12 and Docker's own packages.
    [
      '/usr/sbin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock $DOCKER_OPTS',
      ['fd://'],
      '/usr/sbin/dockerd --containerd=/run/containerd/containerd.sock $DOCKER_OPTS',
    ],
    [
      '/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock',
      ['fd://'],
      '/usr/bin/dockerd --containerd=/run/containerd/containerd.sock',
    ],
    [
      '/usr/bin/dockerd --host=fd:// -H tcp://0.0.0.0:2375 --tlsverify --tlscacert=/root/ca.pem --tlskey /root/key.pem -D',
      ['fd://', 'tcp://0.0.0.0:2375'],
      '/usr/bin/dockerd -D',
    ],
    ['/usr/bin/dockerd -Hunix:///run/d.sock --data-root /srv', ['unix:///run/d.sock'], '/usr/bin/dockerd --data-root /srv'],
  ])('%s', (line, hosts, without) => {
    expect(unitFlags(shown(line))).toEqual({ hosts, without });
  });

  test('that are none of TLS and none of hosts stay', () => {
    expect(unitFlags(shown('/usr/sbin/dockerd --containerd=/run/c.sock'))).toEqual({ hosts: [] });
    expect(unitFlags('ExecStart=')).toEqual({ hosts: [] });
    expect(unitFlags('')).toEqual({ hosts: [] });
  });

  test('the last line counts: those before are of units below', () => {
    expect(unitFlags(`${shown('/usr/sbin/dockerd -H fd://')}\n${shown('/usr/sbin/dockerd -D')}`)).toEqual({ hosts: [] });
  });

  test.each(['DOCKER_OPTS="-H tcp://0.0.0.0:2375"', 'DOCKER_OPTS=--tlsverify', "DOCKER_OPTS='--dns 8.8.8.8 --host=fd://'"])(
    '%s is in the way',
    async (options) => {
      expect(await thrown(() => refuseOptions(options))).toMatchObject({ code: 'docker-opts-in-the-way' });
    },
  );

  test.each(['', 'DOCKER_OPTS=""', 'DOCKER_OPTS="--dns 8.8.8.8 --bip 10.0.0.1/24"'])('%s is not', (options) => {
    expect(() => refuseOptions(options)).not.toThrow();
  });
});
