import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { providerSources } from '../../../src/terraform/provider-sources.js';
import { createTestContext } from '../../helpers/test-context.js';

test('a mirror is written down for terraform when it speaks https, and no other', async () => {
  const ctx = await createTestContext();
  const { TF_CLI_CONFIG_FILE: file = '' } = await providerSources({ ctx }, 'https://mirror.example/plugins');
  expect(await readFile(file, 'utf8')).toContain('url = "https://mirror.example/plugins/"');
  expect(await providerSources({ ctx }, 'http://10.80.0.2:8380/plugins')).not.toHaveProperty('TF_CLI_CONFIG_FILE');
  expect(await providerSources({ ctx }, '')).not.toHaveProperty('TF_CLI_CONFIG_FILE');
});

test("the user's own settings are stronger", async () => {
  const ctx = await createTestContext({ env: { TF_CLI_CONFIG_FILE: '/etc/mine.tfrc', TF_PLUGIN_CACHE_DIR: '/var/cache/mine' } });
  expect(await providerSources({ ctx }, 'https://mirror.example/')).toEqual({});
});
