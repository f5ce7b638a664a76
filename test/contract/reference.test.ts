import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import { describe, expect, test } from 'vitest';
import { clusterSchema } from '../../scripts/reference/cluster-schema.js';
import { commandsPage } from '../../scripts/reference/commands-page.js';
import { exitCodesPage } from '../../scripts/reference/exit-codes-page.js';
import { jobJsonPage } from '../../scripts/reference/job-json-page.js';
import { jobSchema } from '../../scripts/reference/job-schema.js';
import { knownFaultsPage } from '../../scripts/reference/known-faults-page.js';
import { settingsPage } from '../../scripts/reference/settings-page.js';
import { topologyFileSchema } from '../../scripts/reference/topology-schema.js';

const root = new URL('../../', import.meta.url);
const fileOf = (path: string): string => fileURLToPath(new URL(path, root));

/** As `npm run format` wants it. */
async function formatted(text: string, parser: 'markdown' | 'json'): Promise<string> {
  return prettier.format(text, { ...(await prettier.resolveConfig(fileOf('package.json'))), parser });
}

describe('pages that are made from the code are up to date (npm run reference writes them)', () => {
  test.each([
    ['commands', commandsPage],
    ['settings', settingsPage],
    ['exit-codes', exitCodesPage],
    ['job-json', jobJsonPage],
    ['known-faults', knownFaultsPage],
  ])('docs/reference/%s.md', async (name, page) => {
    await expect(await formatted(await page(), 'markdown')).toMatchFileSnapshot(fileOf(`docs/reference/${name}.md`));
  });

  test.each([
    ['cluster', clusterSchema],
    ['job', jobSchema],
    ['topology', topologyFileSchema],
  ])('schemas/%s.schema.json', async (name, schema) => {
    await expect(await formatted(JSON.stringify(schema()), 'json')).toMatchFileSnapshot(fileOf(`schemas/${name}.schema.json`));
  });
});
