import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { seedSchema } from '../../src/cloud/read-seed.js';

const page = readFileSync(new URL('../../docs/control.md', import.meta.url), 'utf8');

test('the schema of a seed is up to date (vitest -u writes it)', async () => {
  await expect(`${JSON.stringify(seedSchema(), null, 2)}\n`).toMatchFileSnapshot('../../docs/reference/seed.schema.json');
});

test('every seed of the page is one by the schema', () => {
  const validate = new Ajv({ strict: false }).compile(seedSchema());
  const seeds = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => JSON.parse(text) as unknown);
  expect(seeds.length).toBeGreaterThan(1);
  for (const seed of seeds) expect(validate(seed), JSON.stringify(validate.errors)).toBe(true);
});
