import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { forgetValues } from '../../../src/terraform/forget-values.js';
import { rootOf, type Root } from '../../../src/terraform/root.js';
import { tempHome } from '../../helpers/temp-home.js';

const unkept = [{ type: 'ucloud_instance', attribute: 'root_password' }];

function stateWith(password: string | null): string {
  const instance = (index_key: string) => ({
    index_key,
    schema_version: 0,
    attributes: { id: `uhost-${index_key}`, root_password: password, user_data: 'Some-Passw0rd' },
    sensitive_attributes: [[{ type: 'get_attr', value: 'root_password' }]],
    private: 'e30=',
  });
  const resource = (type: string) => ({ mode: 'managed', type, name: 'this', provider: 'p', instances: [instance('a'), instance('b')] });
  const resources = [resource('ucloud_instance'), resource('ucloud_other')];
  return `${JSON.stringify({ version: 4, terraform_version: '1.9.0', serial: 7, lineage: 'one', outputs: {}, resources }, null, 2)}\n`;
}

async function rootWith(files: Readonly<Record<string, string>>): Promise<Root> {
  const root = rootOf({ dir: await tempHome() }, 'cluster');
  await mkdir(root.backups, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(root.folder, file), text, { mode: 0o600 });
  return root;
}

const PLACES = [
  'terraform.tfstate',
  'terraform.tfstate.backup',
  'terraform.tfstate.1796030754.backup',
  'backups/1.tfstate',
  'backups/2.errored',
];

test('it is gone from the state and from all that are kept, and nothing else of them is', async () => {
  const root = await rootWith(Object.fromEntries(PLACES.map((file) => [file, stateWith('Some-Passw0rd')])));
  await forgetValues({ root, unkept });
  for (const file of PLACES) {
    const text = await readFile(join(root.folder, file), 'utf8');
    const { serial, lineage, resources } = JSON.parse(text);
    const values = resources.map(({ instances }: { instances: { attributes: object }[] }) => instances.map(({ attributes }) => attributes));
    expect([serial, lineage]).toEqual([7, 'one']);
    expect(values).toEqual([
      ['a', 'b'].map((name) => ({ id: `uhost-${name}`, root_password: '', user_data: 'Some-Passw0rd' })),
      ['a', 'b'].map((name) => ({ id: `uhost-${name}`, root_password: 'Some-Passw0rd', user_data: 'Some-Passw0rd' })),
    ]);
    expect((await stat(join(root.folder, file))).mode & 0o777).toBe(0o600);
  }
});

test.each([
  ['a state without it', stateWith(null)],
  ['what is no JSON', '{"version": 4, "resour'],
  ['a state of another version', stateWith('Some-Passw0rd').replace('"version": 4', '"version": 9')],
  ['nothing', ''],
])('%s stays as it is', async (_, text) => {
  const root = await rootWith({ 'terraform.tfstate': text });
  const { mtimeMs, ino } = await stat(root.state);
  await forgetValues({ root, unkept });
  expect(await readFile(root.state, 'utf8')).toBe(text);
  expect(await stat(root.state)).toMatchObject({ mtimeMs, ino });
});

test('where there is no state there is none afterwards', async () => {
  const root = rootOf({ dir: await tempHome() }, 'cluster');
  await forgetValues({ root, unkept });
  await expect(stat(root.folder)).rejects.toThrow('ENOENT');
});
