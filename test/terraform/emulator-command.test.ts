import { once } from 'node:events';
import { onTestFinished, expect, test } from 'vitest';
import { startCli } from '../helpers/run-cli.js';
import { tempHome } from '../helpers/temp-home.js';
import { expectNoPlan } from '../../packages/ucloud-emulator/test/helpers/terraform-life.js';
import { findUcloudTerraform } from '../helpers/terraform-provider.js';
import { terraformRoot } from '../helpers/terraform-root.js';

const programs = findUcloudTerraform();
const NET = `
resource "ucloud_vpc" "net" {
  cidr_blocks = ["10.8.0.0/16"]
}
resource "ucloud_eip" "web" {
  internet_type = "bgp"
  bandwidth     = 2
}
`;

/** The built program, and what it prints for others to paste. */
async function startEmulatorCommand(home: string, port: string) {
  const running = startCli(['emulator', '--data', `${home}/cloud`, '--port', port], { home });
  onTestFinished(() => void running.child.kill('SIGKILL'));
  let text = '';
  while (!text.includes('Ctrl-C stops it.')) text += String((await once(running.child.stdout ?? running.child, 'data'))[0]);
  const env = Object.fromEntries([...text.matchAll(/export (\w+)='(.*)'/g)].map(([, name = '', value = '']) => [name, value]));
  return { ...running, env, baseUrl: /base_url = "(.*)"/.exec(text)?.[1] ?? '' };
}

test.skipIf(!programs)('terraform works with the lines that the emulator prints, and goes on after it was killed', async () => {
  const home = await tempHome();
  const first = await startEmulatorCommand(home, '0');
  expect(Object.keys(first.env)).toEqual(
    expect.arrayContaining(['UCLOUD_PUBLIC_KEY', 'UCLOUD_PRIVATE_KEY', 'UCLOUD_PROJECT_ID', 'UCLOUD_REGION']),
  );
  const root = await terraformRoot({ programs, provider: { base_url: first.baseUrl }, env: first.env });
  await root.apply(NET);
  first.child.kill('SIGKILL');
  await first.done;

  const second = await startEmulatorCommand(home, new URL(first.baseUrl).port);
  expect([second.baseUrl, second.env]).toEqual([first.baseUrl, first.env]);
  await expectNoPlan(root, 'after the emulator came back');
  await root.destroy();
  second.child.kill('SIGINT');
  expect((await second.done).code).toBe(0);
});
