import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildArgv, packerEnv, runPacker, validateArgv, validateTemplate, type PackerBuild } from '../../../src/tools/packer.js';
import { createToolWorld, writeProgram } from '../../helpers/tool-context.js';
import { thrown } from '../../helpers/thrown.js';

const files = { template: 'consul-server.json', varFile: 'consul-server-vars.json' };

test('the command line has no secret in it', () => {
  expect(validateArgv({ packer: 'packer', folder: '/', ...files })).toEqual([
    'validate',
    '-var-file=consul-server-vars.json',
    'consul-server.json',
  ]);
  expect(buildArgv({ ...files, vars: { instance_name: 'a', security_group_id: '' } })).toEqual([
    'build',
    '-machine-readable',
    '-var-file=consul-server-vars.json',
    '-var',
    'instance_name=a',
    '-var',
    'security_group_id=',
    'consul-server.json',
  ]);
});

test("the environment has the keys, packer's own places for plugins, and nothing of ours", () => {
  const env = packerEnv(
    {
      PATH: '/bin',
      HOME: '/root',
      PACKER_PLUGIN_PATH: '/plugins',
      PACKER_LOG: '1',
      AWS_SECRET: 'x',
      NOMADCTL_HOME: '/h',
      UCLOUD_SECRET: 'old',
    },
    { UCLOUD_PRIVATE_KEY: 'key' },
  );
  expect(env).toEqual({
    PATH: '/bin',
    HOME: '/root',
    PACKER_PLUGIN_PATH: '/plugins',
    CHECKPOINT_DISABLE: '1',
    PACKER_NO_COLOR: '1',
    UCLOUD_PRIVATE_KEY: 'key',
  });
});

async function packerThat(script: string): Promise<{ build: PackerBuild; ctx: Awaited<ReturnType<typeof createToolWorld>>['ctx'] }> {
  const { bin, folder, ctx } = await createToolWorld();
  return { build: { packer: await writeProgram(join(bin, 'packer'), `#!/bin/sh\n${script}\n`), folder, ...files }, ctx };
}

test('a packer without the builder is told from a template that is wrong', async () => {
  const stripped = await packerThat('echo \'Failed to initialize build "ucloud-uhost": Unknown builder ucloud-uhost\'; exit 1');
  expect(await thrown(() => validateTemplate(stripped.ctx, stripped.build, {}))).toMatchObject({
    code: 'packer-builder-missing',
    exitCode: 3,
    next: 'nomadctl tools install packer',
  });
  const other = await packerThat('echo \'Error: 1 error(s) occurred: * "ssh_password" is invalid\'; exit 1');
  expect(await thrown(() => validateTemplate(other.ctx, other.build, {}))).toMatchObject({
    code: 'packer-refused',
    why: [expect.stringContaining('ssh_password')],
  });
  const fine = await packerThat('echo The configuration is valid.');
  await validateTemplate(fine.ctx, fine.build, {});
});

test('a build is read from what packer writes for machines, and whatever else it says is kept', async () => {
  const { ctx, build } = await packerThat(`cat <<'END'
1790000000,,ui,say,==> ucloud-uhost: Creating Instance...
1790000000,ucloud-uhost,artifact,0,id,org-demo:cn-bj2:uimage-aaa%!(PACKER_COMMA)org-demo:cn-sh2:uimage-bbb
panic: something else
END
echo to the other stream >&2`);
  const lines: string[] = [];
  const result = await runPacker(ctx, { ...build, vars: {}, secrets: {}, onLine: (line) => lines.push(line) });
  expect(result).toMatchObject({ exitCode: 0, artifacts: ['org-demo:cn-bj2:uimage-aaa', 'org-demo:cn-sh2:uimage-bbb'], errors: [] });
  expect([...lines].sort()).toEqual(['Creating Instance...', 'panic: something else', 'to the other stream']);
});

test('a build that fails is an answer, with its last lines', async () => {
  const { ctx, build } =
    await packerThat(`for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do echo "1790000000,,ui,message,    ucloud-uhost: line $i"; done
echo '1790000000,ucloud-uhost,error,Script exited with non-zero exit status: 1'; exit 1`);
  const result = await runPacker(ctx, { ...build, vars: {}, secrets: {}, onLine: () => undefined });
  expect(result).toMatchObject({ exitCode: 1, artifacts: [], errors: ['Script exited with non-zero exit status: 1'] });
  expect(result.tail).toHaveLength(15);
  expect(result.tail.at(-1)).toBe('line 20');
});
