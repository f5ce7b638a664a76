import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command as up } from '../../src/commands/up.js';
import type { Context } from '../../src/context.js';
import { systemClock } from '../../packages/base/src/clock.js';
import type { EmulatedCloud } from './emulated-cloud.js';
import type { TerraformPrograms } from './terraform-provider.js';
import { tempHome } from './temp-home.js';
import type { TestContextOptions } from './test-context.js';
import { ucloudHome, type UcloudHome } from './ucloud-home.js';

/** An image of the emulator's own that has cloud-init: hosts are records here, whatever they are made from. */
export async function someImage(cloud: EmulatedCloud, name = 'Debian'): Promise<string> {
  const { ImageSet } = await cloud.ok('DescribeImage', { ImageType: 'Base', Limit: 100 });
  const image = (ImageSet as { ImageId: string; ImageName: string }[]).find(({ ImageName }) => ImageName.startsWith(name));
  if (!image) throw new Error(`the emulator has no image ${name}`);
  return image.ImageId;
}

/** A home whose terraform finds UCloud's provider in a folder, and nothing else anywhere. */
export async function terraformEnv({ terraform, plugins }: TerraformPrograms, home?: string): Promise<Record<string, string>> {
  const dir = home ?? (await tempHome());
  const rc = join(dir, 'terraformrc');
  await writeFile(rc, `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(plugins)}\n  }\n}\n`);
  const path = [join(terraform, '..'), process.env['PATH'] ?? ''].join(':');
  return { PATH: path, HOME: dir, TF_CLI_CONFIG_FILE: rc, LANG: 'C.UTF-8' };
}

/** A cluster on the emulator that terraform can make: `prod`, of images that nobody had to build, in real time. */
export async function terraformHome(
  cloud: EmulatedCloud,
  programs: TerraformPrograms,
  {
    settings = {},
    ...options
  }: TestContextOptions & { name?: string; settings?: Readonly<Record<string, string | number | boolean>> } = {},
): Promise<UcloudHome> {
  const image = await someImage(cloud);
  const images = { consulServerImage: image, nomadServerImage: image, clientImage: image };
  const all = { consulServers: 1, nomadServers: 1, clients: 1, ...images, ...settings };
  const lines = Object.entries(all).map(([key, value]) => `${key}: ${value}`);
  return ucloudHome(cloud, {
    ...options,
    env: await terraformEnv(programs),
    settings: lines.join('\n'),
    overrides: { clock: systemClock, ...options.overrides },
  });
}

/** `up`, without the waits for agents: on the emulator's own there are none. */
export async function upWithoutAgents(
  ctx: Context,
  flags: Readonly<Record<string, string | boolean>> = {},
): Promise<{ readonly stepsRun: number }> {
  const result = await up.run({ args: { name: 'prod' }, flags: { until: 'apply-cluster', ...flags } }, ctx);
  return result?.data as { stepsRun: number };
}
