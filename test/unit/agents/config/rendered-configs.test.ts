import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { scenarios } from '../../../helpers/agent-scenarios.js';

const golden = fileURLToPath(new URL('../../../golden/agents', import.meta.url));

test.each(scenarios)('agents of $name are configured as the golden file says', async ({ name, render }) => {
  const rendered = await render('/agents', '/tools/consul');
  const content = Object.fromEntries([...rendered].map(([path, text]) => [path, JSON.parse(text) as unknown]));
  await expect(`${JSON.stringify(content, null, 2)}\n`).toMatchFileSnapshot(`${golden}/${name}.json`);
});
