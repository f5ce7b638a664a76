import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { stopPlainHosts } from '../../../src/machines/securing/end-plain-agents.js';
import type { HostRole } from '../../../src/cluster/cluster-host.js';
import { requireTool } from '../../helpers/require-tool.js';
import { tempHome } from '../../helpers/temp-home.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

const openssl = requireTool('openssl');
const ROLES: Readonly<Record<string, HostRole>> = {
  'consul-server-1': 'consul-server',
  'nomad-server-1': 'nomad-server',
  'client-1': 'client',
};

/** Hosts of a plain cluster in a folder: shells whose systemd writes down what it is asked. `leaderless` knows no leader of Nomad. */
async function scene({ leaderless = '' } = {}) {
  const home = await tempHome();
  const script = (name: string, text: string): void => {
    writeFileSync(join(home, name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(home, name), 0o755);
  };
  const moved = `s#/var/lib/nomadctl#${home}#g; s#/etc/consul.d#${home}#g`;
  script('ssh', `echo "$6" >> ${home}/connections\nexport HOST=$6\nsed -u "${moved}" | bash -s`);
  script('systemctl', `echo "$HOST: $*" >> ${home}/asked`);
  script('iptables', 'true');
  script(
    'curl',
    `echo "$HOST: looked" >> ${home}/asked\ncase "$HOST $*" in "${leaderless} "*4646*) exit 22 ;; *) echo '"10.80.0.11:8300"' ;; esac`,
  );
  for (const file of ['first-boot-done', 'consul.json', 'asked']) writeFileSync(join(home, file), '');
  const ctx = await createTestContext({ env: { PATH: [home, process.env['PATH']].join(delimiter) } });
  const paths = ctx.paths.cluster('prod');
  mkdirSync(join(paths.dir, 'ssh'), { recursive: true });
  const hosts = Object.entries(ROLES).map(([name, role]) => ({ name, role, id: `uhost-${name}`, zone: 'z', privateIp: '10.80.0.11' }));
  const lines = (file: string): string[] => readFileSync(join(home, file), 'utf8').trim().split('\n');
  const stop = (begun = false) => {
    const begin = async (): Promise<void> => writeFileSync(join(home, 'asked'), 'begun\n', { flag: 'a' });
    return stopPlainHosts({
      cluster: { paths, settings: { datacenter: 'dc1', clientCertificates: false } },
      hosts,
      ctx,
      begun,
      begin,
      line: () => undefined,
    });
  };
  return { stop, asked: () => lines('asked'), connections: () => lines('connections') };
}

test.skipIf(!openssl)("agents end in waves, when every host has said that it can: Nomad's servers, its clients, Consul", async () => {
  const { stop, asked, connections } = await scene();
  await stop();
  const begun = asked().indexOf('begun');
  expect(new Set(asked().slice(0, begun))).toEqual(new Set(Object.keys(ROLES).map((name) => `${name}: looked`)));
  const after = asked().slice(begun + 1);
  expect(after.slice(0, 4)).toEqual([
    ...['nomad-server-1: --quiet disable nomad', 'nomad-server-1: stop nomad'],
    ...['client-1: --quiet disable nomad', 'client-1: stop nomad'],
  ]);
  const consul = Object.keys(ROLES).flatMap((name) => [`${name}: --quiet disable consul`, `${name}: stop consul`]);
  expect(after.slice(4).sort()).toEqual(consul.sort());
  expect(connections().sort()).toEqual(Object.keys(ROLES).sort());
});

test.skipIf(!openssl)('while one of them knows no leader, nothing has begun; later nobody asks any more', async () => {
  const { stop, asked } = await scene({ leaderless: 'client-1' });
  expect(await thrown(() => stop())).toMatchObject({
    code: 'host-script-failed',
    message: 'looking whether it can become secure failed on client-1',
    why: [expect.stringContaining('nomad on it knows no leader'), expect.anything()],
  });
  expect(asked().filter((line) => !line.endsWith('looked'))).toEqual([]);
  const before = asked().length;
  await stop(true);
  expect(
    asked()
      .slice(before)
      .filter((line) => line.endsWith('looked')),
  ).toEqual([]);
});
