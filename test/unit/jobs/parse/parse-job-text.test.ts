import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NomadctlError } from '../../../../packages/base/src/errors.js';
import type { JobSpec } from '../../../../src/clients/nomad-job-model.js';
import { parseJobText, type JobText, type ParsedJob } from '../../../../src/jobs/parse/parse-job-text.js';
import { requireTool } from '../../../helpers/require-tool.js';
import { tempHome } from '../../../helpers/temp-home.js';
import { createTestContext } from '../../../helpers/test-context.js';

const nomad = requireTool('nomad');
const JOB = `
variable "conf" {
  type    = string
  default = "none"
}
variable "mem" {
  type    = number
  default = 20
}
variable "list" {
  type    = list(string)
  default = []
}
variable "addr" {
  default = "x"
}
job "web" {
  meta {
    addr = var.addr
    list = join("+", var.list)
  }
  group "g" {
    task "t" {
      driver = "raw_exec"
      template {
        data        = var.conf
        destination = "local/conf"
      }
      resources {
        memory = var.mem
      }
    }
  }
}
`;

interface Given {
  readonly words?: readonly string[];
  /** Text by file name, in order. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/** What became of the job's three places for values. */
const valuesOf = ({ spec }: Pick<ParsedJob, 'spec'>): { conf: unknown; mem: unknown; addr: unknown; list: unknown } => {
  const task = spec.TaskGroups[0]?.Tasks[0];
  const templates = task?.['Templates'] as { EmbeddedTmpl: string }[] | undefined;
  const meta = spec['Meta'] as Record<string, string> | null;
  return { conf: templates?.[0]?.EmbeddedTmpl, mem: task?.Resources?.MemoryMB, addr: meta?.['addr'], list: meta?.['list'] };
};

describe.skipIf(nomad === undefined)('parseJobText', () => {
  const before = process.cwd();
  beforeEach(async () => process.chdir(await tempHome()));
  afterEach(() => process.chdir(before));

  async function parse(given: Given = {}, text = JOB): Promise<ParsedJob> {
    for (const [name, content] of Object.entries(given.files ?? {})) writeFileSync(name, content);
    const variables = { words: given.words ?? [], files: Object.keys(given.files ?? {}) };
    const job: JobText = { name: 'web.nomad.hcl', text, folder: given.folder, variables, program: nomad as string };
    return parseJobText(await createTestContext({ env: given.env ?? {} }), job);
  }

  /** The same with Nomad's own program and nothing of ours. */
  function byNomad({ words = [], files = {}, env = {} }: Given): Pick<ParsedJob, 'spec'> {
    writeFileSync('web.nomad.hcl', JOB);
    const argv = [
      'job',
      'run',
      '-output',
      ...words.map((word) => `-var=${word}`),
      ...Object.keys(files).map((file) => `-var-file=${file}`),
    ];
    const said = execFileSync(nomad as string, [...argv, 'web.nomad.hcl'], { env, encoding: 'utf8', stdio: 'pipe' });
    return { spec: (JSON.parse(said) as { Job: JobSpec }).Job };
  }

  const HEREDOC = 'conf = <<EOT\n[cache]\nmem = 500\nlevel = "info"\nEOT\n';
  const cache = '[cache]\nmem = 500\nlevel = "info"\n';
  const right: readonly (readonly [title: string, given: Given, values: object])[] = [
    ['a heredoc before a number', { files: { 'v.hcl': `${HEREDOC}mem = 30\n` } }, { conf: cache, mem: 30 }],
    ['a heredoc that ends the file', { files: { 'v.hcl': `mem = 30\n${HEREDOC}` } }, { conf: cache, mem: 30 }],
    [
      'comments with assignments in them',
      { files: { 'v.hcl': '/* mem = 99\naddr = "no" */\n# mem = 98\nmem = 33 // mem = 97\n' } },
      { mem: 33, addr: 'x' },
    ],
    ['indented lines', { files: { 'v.hcl': '  mem = 34\n\tconf = "in"\n' } }, { mem: 34, conf: 'in' }],
    [
      'JSON, in which nothing is interpolated',
      { files: { 'v.json': '{"addr": "home is ${HOME}", "mem": 35}' } },
      { addr: 'home is ${HOME}', mem: 35 },
    ],
    ['JSON in a file of another name', { files: { vars: '{"mem": 35}' } }, { mem: 35 }],
    ['a byte order mark', { files: { 'v.hcl': '\uFEFFmem = 36\nconf = "b"\n' } }, { mem: 36, conf: 'b' }],
    ['a word that looks like a list, for a variable without a type', { words: ['addr=[2001:db8::1]'] }, { addr: '[2001:db8::1]' }],
    ['a word with everything in it', { words: ['addr=a=b "c" ${d} %{e} \\ \n f'] }, { addr: 'a=b "c" ${d} %{e} \\ \n f' }],
    ['a list from a word', { words: ['list=["a", "b"]'] }, { list: 'a+b' }],
    ['the later of two files', { files: { 'a.hcl': 'mem = 41\nconf = "a"\n', 'b.hcl': 'mem = 42\n' } }, { mem: 42, conf: 'a' }],
    ['the later of two words', { words: ['mem=43', 'mem=44'] }, { mem: 44 }],
    ['a word before a file', { words: ['mem=45'], files: { 'v.hcl': 'mem = 30\nconf = "c"' } }, { mem: 45, conf: 'c' }],
    ['a word before a file that spells the name otherwise', { words: ['mem=46'], files: { 'v.json': '{"m\\u0065m": 30}' } }, { mem: 46 }],
    [
      'a file before the environment',
      { files: { 'v.hcl': 'mem = 47\n' }, env: { NOMAD_VAR_mem: '30', NOMAD_VAR_addr: 'e' } },
      { mem: 47, addr: 'e' },
    ],
    ['a word before the environment', { words: ['mem=48'], env: { NOMAD_VAR_mem: '30', NOMAD_VAR_none: '1' } }, { mem: 48 }],
  ];
  it.each(right)('takes %s', async (_title, given, values) => {
    const parsed = await parse(given);
    expect(valuesOf(parsed)).toMatchObject(values);
    expect(valuesOf(parsed)).toEqual(valuesOf(byNomad(given)));
  });

  const wrong: readonly (readonly [title: string, given: Given, error: object])[] = [
    [
      'a variable file that is no HCL',
      { files: { 'v.hcl': 'mem = 30\nhello there\n' } },
      {
        code: 'variable-file',
        message: 'variable file v.hcl is wrong',
        why: [expect.stringMatching(/^v\.hcl, line 2, column 12: Invalid block definition/)],
      },
    ],
    [
      'a block in a variable file',
      { files: { 'v.hcl': 'mem = 30\n\nx {\n a = 1\n}\n' } },
      { code: 'variable-file', why: [expect.stringMatching(/^v\.hcl, line 3, column 1: Unexpected "x" block/)] },
    ],
    [
      'a declaration in a variable file',
      { files: { 'v.hcl': 'variable "mem" {}\n' } },
      { code: 'variable-file', message: 'variable file v.hcl is wrong' },
    ],
    [
      'a value of the wrong type in a file',
      { files: { 'v.hcl': 'mem = "lots"\n' } },
      { code: 'variable-file', why: [expect.stringMatching(/^v\.hcl, line 1, column 7: .*a number is required/)] },
    ],
    [
      'a word of the wrong type',
      { words: ['mem=lots'] },
      {
        code: 'variable-invalid',
        message: 'job file web.nomad.hcl cannot take this value for variable mem',
        why: [expect.stringMatching(/^--var mem: .*a number is required/)],
      },
    ],
    [
      'a word that is no list',
      { words: ['list=[a'] },
      { code: 'variable-invalid', why: [expect.stringMatching(/^--var list, line 1, column \d: /)] },
    ],
    [
      'a value of the environment',
      { env: { NOMAD_VAR_mem: 'lots' } },
      { code: 'variable-invalid', why: [expect.stringMatching(/^NOMAD_VAR_mem: /)] },
    ],
    [
      'a word for what is not declared, with the nearest',
      { words: ['meme=1'] },
      {
        code: 'variable-invalid',
        message: 'job file web.nomad.hcl declares no variable "meme" (did you mean "mem"?)',
        why: ['it declares addr, conf, list, mem'],
      },
    ],
  ];
  it.each(wrong)('refuses %s', async (_title, given, error) => {
    await expect(parse(given)).rejects.toMatchObject({ exitCode: 2, ...error });
    expect(() => byNomad(given)).toThrow();
  });

  it('tells a missing variable file from a wrong one', async () => {
    const variables = { words: [], files: ['none.hcl'] };
    const job = { name: 'web', text: JOB, variables, program: nomad as string };
    await expect(parseJobText(await createTestContext(), job)).rejects.toMatchObject({
      code: 'variable-file',
      message: 'variable file none.hcl could not be read',
    });
  });

  it('takes a shared variable file, and says what of it the job does not declare', async () => {
    const parsed = await parse({ files: { 'shared.hcl': 'other = 1\nmem = 50\nmore = "x"\n' }, words: ['addr=y'] });
    expect(parsed.undeclared).toEqual(expect.arrayContaining(['other', 'more']));
    expect(valuesOf(parsed)).toMatchObject({ mem: 50, addr: 'y' });
    expect((await parse({ files: { 'v.hcl': 'mem = 50\n' } })).undeclared).toEqual([]);
  });

  it('names what must be given', async () => {
    const text = 'variable "a" {\n type = string\n}\nvariable "b" {\n type = number\n}\njob "x" {}\n';
    await expect(parse({}, text)).rejects.toMatchObject({
      code: 'variable-invalid',
      message: 'job file web.nomad.hcl needs a value for a, b',
      next: 'run the same command again with --var a=<value> --var b=<value>',
    });
  });

  it('names line and column of what is wrong in the job file', async () => {
    await expect(parse({}, 'job "x" {\n  group "g" {\n    bogus = 1\n  }\n}\n')).rejects.toMatchObject({
      code: 'job-invalid',
      message: 'job file web.nomad.hcl is wrong',
      why: [expect.stringMatching(/^web\.nomad\.hcl, line 3, column 5: Unsupported argument/)],
    });
    await expect(parse({}, '{"job": {"x": {"bogus": 1}}}')).rejects.toMatchObject({ why: [expect.stringContaining('line 1, column 16')] });
  });

  it('calls a rule of the job file by its name', async () => {
    const rule = 'validation {\n condition = var.n > 3\n error_message = "Too small."\n }';
    await expect(parse({ words: ['n=1'] }, `variable "n" {\n type = number\n ${rule}\n}\njob "x" {}\n`)).rejects.toMatchObject({
      why: [expect.stringMatching(/Too small\..*web\.nomad\.hcl, line 3, column 2/)],
    });
  });

  const FILES = 'job "x" {\n meta {\n a = file("conf.tpl")\n b = filebase64("conf.tpl")\n c = abspath("conf.tpl")\n }\n}\n';
  it('reads files relative to where the user stands', async () => {
    writeFileSync('conf.tpl', 'hello {{ key }} ${x}');
    expect((await parse({}, FILES)).spec['Meta']).toEqual({
      a: 'hello {{ key }} ${x}',
      b: Buffer.from('hello {{ key }} ${x}').toString('base64'),
      c: `${process.cwd()}/conf.tpl`,
    });
  });

  it('reads files relative to the folder of a job that is called by its name', async () => {
    const folder = await tempHome();
    writeFileSync(`${folder}/conf.tpl`, 'there');
    writeFileSync('v.hcl', 'unused = 1\n');
    expect((await parse({ folder, files: { 'v.hcl': 'unused = 1\n' } }, FILES)).spec['Meta']).toMatchObject({ a: 'there' });
  });

  it.each(['file', 'filebase64'])('names a file that %s does not find, and the folder where Nomad looks', async (call) => {
    await expect(parse({}, `job "x" {\n meta {\n a = ${call}("none.tpl")\n }\n}\n`)).rejects.toMatchObject({
      message: 'job file web.nomad.hcl names a file that is not there',
      code: 'job-invalid',
      why: [
        expect.stringMatching(/line 3, column \d+: .*no file exists at none\.tpl/),
        `Nomad looks for such files in the folder where you stand, ${process.cwd()}`,
      ],
    });
  });

  it('says how to come to where the files are, but not for a job with a folder of its own', async () => {
    const job = { text: 'job "x" {\n meta {\n a = file("none.tpl")\n }\n}\n', program: nomad ?? '', variables: { words: [], files: [] } };
    const ctx = await createTestContext();
    await expect(parseJobText(ctx, { ...job, name: 'jobs of mine/web.nomad.hcl' })).rejects.toMatchObject({
      next: "cd 'jobs of mine'   then the same with web.nomad.hcl",
    });
    const own = await parseJobText(ctx, { ...job, name: 'web', folder: ctx.paths.templates }).catch((error: NomadctlError) => error);
    expect(own).toMatchObject({ message: 'job file web is wrong', why: [expect.stringContaining('no file exists')] });
  });

  it('reads JSON in both of its forms', async () => {
    const hcl = await parse(
      { words: ['n=3'] },
      '{"variable": {"n": {"type": "number"}}, "job": {"x": {"group": {"g": {"count": "${var.n}"}}}}}',
    );
    expect(hcl).toMatchObject({ format: 'hcl2', spec: { ID: 'x', TaskGroups: [{ Name: 'g', Count: 3 }] } });
    const api = '{"Job": {"ID": "x", "TaskGroups": [{"Name": "g", "Scaling": {"Min": 2}, "Tasks": [{"Name": "t"}]}]}}';
    expect(await parse({}, api)).toMatchObject({
      format: 'json',
      spec: { ID: 'x', Type: 'service', TaskGroups: [{ Count: 2, Tasks: [{ Resources: { CPU: 100, MemoryMB: 300 } }] }] },
    });
    await expect(parse({ words: ['n=3'] }, api)).rejects.toMatchObject({ code: 'variable-invalid', why: ['given: --var n'] });
    await expect(parse({}, '{"ID": "x", "TaskGroups": 3}')).rejects.toMatchObject({ code: 'job-invalid' });
  });

  it('keeps with the job what Nomad would keep, and no other value of the environment', async () => {
    const env = { NOMAD_VAR_addr: 'e', NOMAD_VAR_secret_of_another: 's' };
    const parsed = await parse({ words: ['mem=60'], files: { 'v.hcl': 'conf = "c"\n' }, env });
    expect(parsed).toMatchObject({ variableFlags: { addr: 'e', mem: '60' }, variableFiles: 'conf = "c"\n\n' });
    expect(Object.keys(parsed.variableFlags)).toEqual(['addr', 'mem']);
  });

  it('shows no word in a list of processes, unless a file may set it, too', async () => {
    // Nomad's own program, which tells how it was called.
    writeFileSync('nomad', `#!/bin/sh\necho "$@" >> seen\nexec ${nomad} "$@"\n`, { mode: 0o755 });
    writeFileSync('v.hcl', 'mem = 30\n');
    const variables = { words: ['conf=s3cret', 'mem=61'], files: ['v.hcl'] };
    const ctx = await createTestContext({ env: { PATH: '/usr/bin:/bin' } });
    const parsed = await parseJobText(ctx, { name: 'web', text: JOB, variables, program: `${process.cwd()}/nomad` });
    expect(valuesOf(parsed)).toMatchObject({ conf: 's3cret', mem: 61 });
    const seen = readFileSync('seen', 'utf8');
    expect(seen).not.toContain('s3cret');
    expect(seen).toContain('-var=mem=61');
  });
});
