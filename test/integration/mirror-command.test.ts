import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pinned } from '../helpers/pinned.js';
import { runCli, startCli } from '../helpers/run-cli.js';
import { tempHome } from '../helpers/temp-home.js';

const env = { NOMADCTL_RELEASES_URL: 'http://127.0.0.1:9' };

test('serve prints where, serves, and ends at Ctrl-C', async () => {
  const home = await tempHome();
  await mkdir(join(home, 'mirror', 'consul'), { recursive: true });
  await writeFile(join(home, 'mirror', 'consul', 'file'), 'content');
  const { child, done } = startCli(['mirror', 'serve', '--listen', '127.0.0.1:0', '--json'], { home, env });
  const [line] = (await once(child.stdout ?? child, 'data')) as [string];
  const { url, folder } = JSON.parse(line) as { url: string; folder: string };
  expect(folder).toBe(join(home, 'mirror'));
  expect(await (await fetch(`${url}/consul/file`)).text()).toBe('content');
  child.kill('SIGINT');
  expect((await done).stderr).toContain('The mirror has stopped');
  await expect(fetch(`${url}/consul/file`)).rejects.toThrow();
});

test('serve without a mirror says how to make one', async () => {
  const home = await tempHome();
  expect(await runCli(['mirror', 'serve'], { home, env })).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('nomadctl mirror build'),
  });
  expect(await runCli(['mirror', 'serve', '--listen', 'here'], { home, env })).toMatchObject({ code: 3 });
  await mkdir(join(home, 'mirror'));
  expect(await runCli(['mirror', 'serve', '--listen', 'here'], { home, env })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--listen'),
  });
});

test('build says what it would do, and why it can not', async () => {
  const home = await tempHome();
  const plan = await runCli(['mirror', 'build', '--plan', '--exit-code', '--consul', '1.2.3', '--provider', 'ucloud/ucloud'], {
    home,
    env,
  });
  expect([plan.code, plan.stdout]).toEqual([10, expect.stringMatching(/mirror-consul +not in the mirror yet[\s\S]*mirror-ucloud-ucloud/)]);
  expect(await runCli(['mirror', 'build', '--consul', '1.2.3'], { home, env })).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(
      new RegExp(
        `consul 1\\.2\\.3 cannot be put into the mirror[^]*127\\.0\\.0\\.1:9[^]*next +nomadctl mirror build --consul ${pinned.consul}`,
      ),
    ),
  });
  expect(await runCli(['mirror', 'build', '--provider', 'ucloud'], { home, env })).toMatchObject({ code: 2 });
});

test('build names the folder that it was given in what comes next', async () => {
  const home = await tempHome();
  const root = join(home, 'files');
  for (const tool of ['consul', 'nomad']) {
    const folder = join(root, tool, '1.2.3');
    const archive = `${tool}_1.2.3_linux_amd64.zip`;
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, archive), tool);
    const sum = createHash('sha256').update(tool).digest('hex');
    await writeFile(join(folder, `${tool}_1.2.3_SHA256SUMS`), `${sum}  ${archive}\n`);
  }
  const { stdout } = await runCli(['mirror', 'build', '--consul', '1.2.3', '--nomad', '1.2.3', '--to', root], { home, env });
  expect(stdout).toContain(`Next:  nomadctl mirror serve --from ${root}\n`);
});
