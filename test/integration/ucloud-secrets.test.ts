import { mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { emulatedCloud } from '../helpers/emulated-cloud.js';
import { recordingGateway } from '../helpers/recording-gateway.js';
import { requireTool } from '../helpers/require-tool.js';
import { runCli, type CliResult } from '../helpers/run-cli.js';
import { searchForSecrets } from '../helpers/secret-search.js';
import { tempHome } from '../helpers/temp-home.js';
import { terraformEnv } from '../helpers/terraform-home.js';
import { findUcloudTerraform } from '../helpers/terraform-provider.js';

const packer = requireTool('packer');
const terraform = findUcloudTerraform();
/** With everything that encodings trip over. */
const PRIVATE_KEY = 'Planted+Secret/Key="1&2"=%20ü';

test.skipIf(!packer || !terraform)(
  'init, build-images, up and down leave no key or password in a file, a log, what they print or a command line',
  { timeout: 400_000 },
  async () => {
    const keys = [{ publicKey: 'planted', privateKey: PRIVATE_KEY }];
    const cloud = await emulatedCloud({ timeScale: 500, accounts: [{ name: 'team', projects: [{ id: 'org-one', name: 'One' }], keys }] });
    const gateway = await recordingGateway(cloud.url);
    const search = searchForSecrets([PRIVATE_KEY]);
    const place = await tempHome();
    const [home, temporary] = [join(place, 'home'), join(place, 'tmp')];
    await mkdir(home);
    await mkdir(temporary);
    const surroundings = await terraformEnv(terraform ?? { terraform: '', plugins: '' });
    const path = [dirname(packer ?? ''), surroundings['PATH']].join(delimiter);
    const said: string[] = [];
    const run = async (argv: readonly string[], keysToo = false): Promise<CliResult> => {
      const keysByEnv = keysToo ? { UCLOUD_PUBLIC_KEY: 'planted', UCLOUD_PRIVATE_KEY: PRIVATE_KEY } : {};
      const env = { ...surroundings, PATH: path, TMPDIR: temporary, NOMADCTL_RELEASES_URL: 'http://127.0.0.1:9', ...keysByEnv };
      const result = await runCli([...argv, '--verbose'], { home, env, timeoutMs: 200_000 });
      said.push(result.stdout, result.stderr);
      return result;
    };
    const answers = ['--target', 'ucloud', '--base-url', gateway.url, '--allow-ip', '203.0.113.7/32', '--yes'];
    const size = ['--consul-servers', '1', '--nomad-servers', '1', '--clients', '1'];
    expect(await run(['init', 'prod', ...answers, ...size], true)).toMatchObject({ code: 0 });
    expect(await run(['build-images', '--bare', '--cluster', 'prod'], true)).toMatchObject({ code: 0 });
    expect(await run(['up', 'prod', '--until', 'apply-cluster'], true)).toMatchObject({ code: 0 });
    // Of the hosts that images were built on, and of the cluster's three, each another one.
    expect(gateway.passwords.size).toBeGreaterThanOrEqual(4);
    // Keys are the environment's, and nobody keeps a password: nothing is found, but for what was put there to be found.
    await writeFile(join(place, 'found'), `key: ${PRIVATE_KEY}`);
    expect(await search.files(place)).toEqual(['found']);
    await rm(join(place, 'found'));
    for (const password of gateway.passwords) search.add(password);
    expect(await search.files(place)).toEqual([]);

    expect(await run(['down', 'prod', '--yes'], true)).toMatchObject({ code: 0 });
    expect(await search.files(place)).toEqual([]);
    expect(search.isIn(said.join('\n'))).toBe(false);
    expect(search.isIn(gateway.userData.join('\n'))).toBe(false);
    expect(search.commandLines()).toEqual([]);
    for (const program of [/packer build .*nomad-client/, /terraform .*apply/]) expect(search.saw(program), String(program)).toBe(true);
  },
);
