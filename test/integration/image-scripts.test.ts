import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { canRunMachines, containerOf, copyInto, createHosts, execIn, hostsIn, machinesCloud } from '../helpers/machines-cloud.js';

const packer = fileURLToPath(new URL('../../templates/packer', import.meta.url));
const able = await canRunMachines();

async function filesOf(folder: string, to: string) {
  const names = await readdir(join(packer, folder));
  return Promise.all(names.map(async (name) => ({ path: `${to}/${name}`, content: await readFile(join(packer, folder, name), 'utf8') })));
}

/** Docker as a package that is given, where no repository answers. */
const CLOSED_NETWORK = `
rm -rf /etc/apt/sources.list.d/*
echo 'deb http://127.0.0.1:9/debian bookworm main' > /etc/apt/sources.list
mkdir -p /root/docker/DEBIAN /root/docker/usr/bin /root/docker/lib/systemd/system
printf 'Package: docker-ce\\nVersion: 27.0\\nArchitecture: amd64\\nMaintainer: nobody\\nDescription: stand-in\\n' > /root/docker/DEBIAN/control
printf '#!/bin/sh\\necho Docker version 27.0\\n' > /root/docker/usr/bin/docker
chmod 755 /root/docker/usr/bin/docker
printf '[Service]\\nExecStart=/bin/sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' > /root/docker/lib/systemd/system/docker.service
dpkg-deb --build /root/docker /root/docker.deb > /dev/null
sha256sum /root/docker.deb
`;

test.skipIf(!able)('where no repository answers, Docker comes from the packages that were given, by their sums', async () => {
  const cloud = await machinesCloud();
  const ids = await createHosts(cloud);
  await hostsIn(cloud, 'Running', ids);
  const container = await containerOf(cloud, ids[0] ?? '');
  await copyInto(container, [...(await filesOf('host', 'var/tmp/nomadctl-build')), ...(await filesOf('scripts', 'root/scripts'))]);
  const run = (script: string) => execIn(container, 'bash', '-c', script);
  const [sum = ''] = (await run(CLOSED_NETWORK)).output.split(' ');

  expect(await run('bash /root/scripts/packages.sh')).toMatchObject({ exitCode: 0 });
  const given = (wanted: string) => run(`DOCKER_PACKAGES='file:///root/docker.deb#sha256=${wanted}' bash /root/scripts/docker.sh`);
  expect(await given('0'.repeat(64))).toMatchObject({ exitCode: 1, output: expect.stringContaining(`its sha256 is ${sum}`) });
  expect(await given(sum)).toMatchObject({ exitCode: 0, output: expect.stringContaining('Docker version 27.0') });
  expect(await run('dpkg-query -W docker-ce; systemctl is-enabled docker')).toMatchObject({ output: 'docker-ce\t27.0\nenabled\n' });
});
