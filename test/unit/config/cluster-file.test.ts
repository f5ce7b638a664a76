import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isGenerated, readClusterFile, removeIfGenerated, writeClusterFile } from '../../../src/config/cluster-file.js';
import { setInText } from '../../../src/config/set-in-text.js';
import { withMark } from '../../../src/config/generated-mark.js';
import { parseClusterFile } from '../../../src/config/parse-cluster-file.js';
import { renderClusterFile } from '../../../src/config/render-cluster-file.js';
import { ConfigError, PrerequisiteError } from '../../../packages/base/src/errors.js';
import { sampleTable, sampleTarget } from '../../helpers/sample-target.js';
import { tempHome } from '../../helpers/temp-home.js';
import { thrown } from '../../helpers/thrown.js';

const text = 'version: 1\nname: dev\ntarget: sample\nclients: 3\n';

async function optionsIn(home?: string) {
  return { path: join(home ?? (await tempHome()), 'dev', 'cluster.yaml'), name: 'dev', targets: [sampleTarget()] };
}

describe('reading and writing', () => {
  it('gives back what was written, privately and leaving nothing else behind', async () => {
    const options = await optionsIn();
    await writeClusterFile(options, text);
    expect((await readClusterFile(options))?.values['clients']?.value).toBe(3);
    expect((await stat(options.path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(options.path, '..'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(options.path, '..'))).toEqual(['.gitignore', 'cluster.yaml']);
  });

  it('finds nothing where there is no file', async () => {
    expect(await readClusterFile(await optionsIn())).toBeUndefined();
  });

  it('reports every mistake in one error that names the file', async () => {
    const options = await optionsIn();
    await mkdir(join(options.path, '..'));
    await writeFile(options.path, `${text}servers: 2\nclents: 1\nsplitRoles: maybe\naddressing: x\ndrivers: 1\n`);
    const error = await thrown(() => readClusterFile(options));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toBe('5 settings are wrong');
    expect(error.why).toHaveLength(6);
    expect(error.why[0]).toBe('cluster.yaml:5:1 servers: must be 1 or 3 (got 2)');
    expect(error.why.at(-1)).toBe(`the file is ${options.path}`);
    expect([error.code, error.next]).toEqual(['cluster-file-invalid', `"\${EDITOR:-vi}" ${options.path}`]);
  });

  it('never writes what could not be read back', async () => {
    const options = await optionsIn();
    await writeClusterFile(options, text);
    await expect(writeClusterFile(options, `${text}servers: 2\n`)).rejects.toThrow(ConfigError);
    expect(await readFile(options.path, 'utf8')).toBe(text);
  });

  it('says when the place of the file is a folder, or cannot be written to', async () => {
    const options = await optionsIn();
    await mkdir(options.path, { recursive: true });
    expect((await thrown(() => readClusterFile(options))).code).toBe('cluster-file-unreadable');
    expect(await thrown(() => writeClusterFile(options, text))).toBeInstanceOf(PrerequisiteError);
    await chmod(options.path, 0o700);
  });
});

describe('setInText', () => {
  const commented =
    '# ours\nversion: 1\nname: dev   # short\ntarget: sample\n\nclients:   3   # enough\nversions:\n  # pinned\n  consul: 1.0.0\ndrivers:\n  - exec # one\n  - docker\n';

  it('changes nothing but the value', () => {
    expect(setInText(commented, { clients: 5 })).toBe(commented.replace('3   #', '5   #'));
    expect(setInText(commented, { 'versions.consul': '1.22.0' })).toBe(commented.replace('1.0.0', '1.22.0'));
  });

  it('adds a new key at the end, nested where it is dotted', () => {
    expect(setInText(commented, { servers: 3 })).toBe(`${commented}servers: 3\n`);
    expect(setInText(text, { 'versions.nomad': '1.11.0' })).toBe(`${text}versions:\n  nomad: 1.11.0\n`);
    expect(setInText(text.trimEnd(), { servers: 3 })).toBe(`${text}servers: 3\n`);
  });

  it('replaces a list on one line in its place, and leaves what is written oddly as it is', () => {
    const odd = 'version: 1\nname:   dev\ntarget: sample\ndrivers:  [exec,docker]   # both\nservers:   3\n';
    expect(setInText(odd, { drivers: ['raw_exec'] })).toBe(odd.replace('[exec,docker]', '[ raw_exec ]'));
    expect(setInText(odd, { 'versions.nomad': '1.11.0' })).toBe(`${odd}versions:\n  nomad: 1.11.0\n`);
    expect(setInText(odd.trimEnd(), { clients: 2 })).toBe(`${odd}clients: 2\n`);
  });

  it('keeps comments also where the document has to be written again', () => {
    const after = setInText(commented, { drivers: ['raw_exec'], 'versions.nomad': '1.11.0' });
    for (const comment of ['# ours', '# short', '# enough', '# pinned']) expect(after).toContain(comment);
    expect(after).toMatch(/drivers: +\[ ?raw_exec ?\]/);
    expect(after).toMatch(/versions:\n {2}# pinned\n {2}consul: 1\.0\.0\n {2}nomad: 1\.11\.0\n/);
  });

  it.each([
    ['flow map', '{ version: 1, name: dev, target: sample, clients: 3 }\n'],
    ['quotes', 'version: 1\nname: "dev"\ntarget: \'sample\'\nclients: "3"\n'],
    ['Windows lines', text.replaceAll('\n', '\r\n')],
    ['empty value', 'version: 1\nname: dev\ntarget: sample\nclients:\n'],
    ['tag', 'version: 1\nname: dev\ntarget: sample\nclients: !!str 3\n'],
    ['anchor', 'version: 1\nname: dev\ntarget: sample\nclients: &n 3\n'],
    ['block text', 'version: 1\nname: dev\ntarget: sample\nclients: |\n  3\n'],
  ])('works on %s', async (_, before) => {
    const options = await optionsIn();
    await writeClusterFile(options, setInText(before, { clients: 7, datacenter: 'a: b', drivers: ['x', 'y'], splitRoles: true }));
    const values = (await readClusterFile(options))?.values ?? {};
    expect(Object.fromEntries(Object.entries(values).map(([key, { value }]) => [key, value]))).toEqual({
      clients: 7,
      datacenter: 'a: b',
      drivers: ['x', 'y'],
      splitRoles: true,
    });
  });

  it.each(['null', 'true', '1.22', '# no', '- a', '', ' x ', 'ä', '"', "it's", '*a', '&a', '0x10', '2026-01-01', 'a\nb'])(
    'keeps the text %j a text',
    (value) => {
      for (const before of [text, `${text}datacenter: old # c\n`]) {
        const { values } = readBack(setInText(before, { datacenter: value }));
        expect(values['datacenter']?.value).toBe(value);
      }
    },
  );
});

describe('a file that up made', () => {
  const made = withMark(renderClusterFile({ name: 'dev', target: 'sample', values: { clients: 3 } }, sampleTable));

  it('goes with down', async () => {
    const options = await optionsIn();
    await writeClusterFile(options, made);
    expect(await isGenerated(options.path)).toBe(true);
    expect(await removeIfGenerated(options.path)).toBe(true);
    expect(await readClusterFile(options)).toBeUndefined();
    expect(await removeIfGenerated(options.path)).toBe(false);
  });

  it.each([
    ['a value changed', made.replace('clients: 3', 'clients: 4')],
    ['a comment added', `${made}# mine\n`],
    ['the mark taken out', made.slice(made.indexOf('\n') + 1)],
    ['a key set', setInText(made, { clients: 9 })],
    ['the mark of another file', withMark(text).split('\n')[0] + made.slice(made.indexOf('\n'))],
  ])('stays once edited: %s', async (_, edited) => {
    const options = await optionsIn();
    await writeClusterFile(options, edited);
    expect(await removeIfGenerated(options.path)).toBe(false);
    expect(await readFile(options.path, 'utf8')).toBe(edited);
  });
});

it('renders each key under what it means, in the order of the table', () => {
  const rendered = renderClusterFile(
    { name: 'dev', target: 'sample', values: { 'versions.consul': '1.0.0', drivers: ['a', 'b'], clients: 3 } },
    sampleTable,
  );
  expect(rendered).toBe(
    [
      '# After a change: nomadctl up dev. All keys: nomadctl config show dev.',
      '',
      'version: 1',
      'name: dev',
      'target: sample',
      '# nodes that run jobs',
      'clients: 3',
      '# task drivers',
      'drivers: [ a, b ]',
      'versions:',
      '  # version of Consul',
      '  consul: 1.0.0',
      '',
    ].join('\n'),
  );
});

it('names its schema for editors, by an address', () => {
  const schema = '/home/me/my clusters/schema.json';
  const [first] = renderClusterFile({ name: 'dev', target: 'sample', schema, values: {} }, sampleTable).split('\n');
  expect(first).toBe('# yaml-language-server: $schema=file:///home/me/my%20clusters/schema.json');
});

function readBack(written: string) {
  const { file, problems } = parseClusterFile(written, { path: 'cluster.yaml', name: 'dev', targets: [sampleTarget()] });
  expect(problems).toEqual([]);
  return file;
}
