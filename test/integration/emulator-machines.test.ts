import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import type { Emulator } from '../../packages/ucloud-emulator/src/server.js';
import { clientOf } from '../helpers/emulated-cloud.js';
import { engineDouble } from '../../packages/ucloud-emulator/test/helpers/engine-double.js';
import { canRunMachines, createHosts, hostsIn, leftovers, purgedAtTheEnd } from '../helpers/machines-cloud.js';
import { runCli, startCli } from '../helpers/run-cli.js';
import { tempHome } from '../helpers/temp-home.js';

const can = await canRunMachines();

test('without a container engine: what to install, and exit code 3; no store is left open', async () => {
  const home = await tempHome();
  const env = { DOCKER_HOST: `unix://${home}/none.sock` };
  const data = join(home, 'data');
  for (const argv of [['--machines', 'docker', '--port', '0', '--data', data], ['--purge']]) {
    const { code, stderr } = await runCli(['emulator', ...argv], { home, env });
    expect(code).toBe(3);
    expect(stderr).toContain(`No container engine answers at ${env.DOCKER_HOST}, and hosts are containers`);
    expect(stderr).toMatch(/next {2}(sudo )?apt-get install docker\.io, or nomadctl emulator --machines none/);
  }
});

test('--purge with nothing there says so, and no word but none and docker is a driver', async () => {
  const home = await tempHome();
  const empty = await engineDouble(({ path }) => {
    if (path === '/info') return { body: { OSType: 'linux' } };
    return { body: path === '/volumes' ? { Volumes: null } : [] };
  });
  const purged = await runCli(['emulator', '--purge'], { home, env: { DOCKER_HOST: empty } });
  expect([purged.code, purged.stdout]).toEqual([0, 'Nothing of an emulator is on the container engine\n']);
  expect((await runCli(['emulator', '--machines', 'podman'], { home })).code).toBe(2);
});

test.skipIf(!can)('Ctrl-C stops the machines of a folder, and --purge takes them away', async () => {
  const home = await tempHome();
  const data = join(home, 'data');
  await mkdir(data, { mode: 0o700 });
  purgedAtTheEnd(data);
  const { child, done } = startCli(['emulator', '--machines', 'docker', '--port', '0', '--data', data, '--json'], { home });
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  const { baseUrl: url, ...credentials } = JSON.parse(line) as Record<string, string>;
  const cloud = clientOf({ url, credentials } as unknown as Emulator);
  await hostsIn(cloud, 'Running', await createHosts(cloud));
  const { instance } = (await cloud.control('GET', '/machines')).body;

  const running = await runCli(['emulator', '--purge', '--data', data], { home });
  expect([running.code, running.stderr]).toEqual([5, expect.stringContaining(`has ${data} open`)]);
  child.kill('SIGINT');
  expect((await done).code).toBe(0);
  expect((await leftovers(instance)).filter((word) => word.startsWith('container'))).toEqual([expect.stringMatching(/ exited$/)]);

  const records = await runCli(['emulator', '--data', data, '--port', '0'], { home });
  expect([records.code, records.stderr]).toEqual([2, expect.stringContaining(`nomadctl emulator --data ${data} --machines docker`)]);
  const before = await leftovers(instance);
  const planned = await runCli(['emulator', '--purge', '--plan', '--data', data], { home });
  expect([planned.code, planned.stdout]).toEqual([0, `Would remove the machines of ${data}\n`]);
  expect(await leftovers(instance)).toEqual(before);
  const starts = await runCli(['emulator', '--plan'], { home });
  expect([starts.code, starts.stderr]).toEqual([2, expect.stringContaining('nomadctl emulator --purge --plan')]);
  const purged = await runCli(['emulator', '--purge', '--data', data], { home });
  expect([purged.code, purged.stdout]).toEqual([0, `Removed the machines of ${data}\n`]);
  expect(await leftovers(instance)).toEqual([]);
});
