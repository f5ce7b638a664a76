import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../helpers/run-cli.js';
import { tempHome } from '../helpers/temp-home.js';

interface Home {
  readonly home: string;
  /** A consul that says this version of itself. */
  consul(version: string): string;
}

async function homeWith(yaml = ''): Promise<Home> {
  const home = await tempHome();
  const cluster = join(home, 'clusters', 'dev', 'cluster.yaml');
  mkdirSync(dirname(cluster), { recursive: true });
  writeFileSync(cluster, `version: 1\nname: dev\ntarget: local\n${yaml}`);
  return {
    home,
    consul(version) {
      const file = join(home, `consul-${version}`);
      writeFileSync(file, `#!/bin/sh\necho "Consul v${version}"\n`, { mode: 0o755 });
      return file;
    },
  };
}

interface Tools {
  readonly tools: readonly { readonly tool: string; readonly found?: { readonly path: string; readonly namedBy?: string } }[];
}

test('flag, variable and setting name a program, the strongest first, and doctor and tools list say which did', async () => {
  const lab = await homeWith();
  const [one, two, three] = ['1.20.1', '1.20.2', '1.20.3'].map(lab.consul) as [string, string, string];
  const set = await runCli(['config', 'set', 'programs.consul', three], lab);
  expect(set.code).toBe(0);
  const file = join(lab.home, 'clusters/dev/cluster.yaml');
  const env = { NOMADCTL_CONSUL_BIN: two };
  for (const [flags, variables, path, namedBy] of [
    [['--consul-bin', one], env, one, '--consul-bin'],
    [[`--consul-bin=${one}`], {}, one, '--consul-bin'],
    [[], env, two, 'NOMADCTL_CONSUL_BIN'],
    [[], {}, three, `${file}:5`],
  ] as const) {
    const options = { ...lab, env: variables };
    const { tools } = (await runCli(['tools', 'list', '--json', ...flags], options)).json<Tools>();
    expect(tools.find(({ tool }) => tool === 'consul')?.found).toMatchObject({ path, namedBy });
    expect((await runCli(['tools', 'list', ...flags], options)).stdout).toContain(namedBy);
    expect((await runCli(['tools', 'path', 'consul', ...flags], options)).stdout).toBe(`${path}\n`);
    expect((await runCli([...flags, 'doctor', '--only', 'consul'], options)).stdout).toContain(`${path}, named by ${namedBy}`);
  }
});

test('a name that will not do stops what needs the program, and comes next with what to do; doctor goes on', async () => {
  const lab = await homeWith();
  const old = lab.consul('1.2.0');
  const up = await runCli(['up', '--consul-bin', old, '--plan'], lab);
  expect(up).toMatchObject({ code: 3, stdout: '' });
  expect(up.stderr).toContain('the program that --consul-bin names will not do');
  expect(up.stderr).toContain(`consul 1.2.0 at ${old} is not used: older than 1.18.0`);
  expect(up.stderr).toMatch(/next {2}nomadctl up (dev )?--consul-bin <file>/);
  const lost = await runCli(['tools', 'path', 'consul'], { ...lab, env: { NOMADCTL_CONSUL_BIN: '/nowhere/consul' } });
  expect(lost).toMatchObject({ code: 3, stdout: '' });
  expect(lost.stderr).toContain('NOMADCTL_CONSUL_BIN names no program: "/nowhere/consul"');
  const doctor = await runCli(['doctor', '--only', 'consul,redis-cli', '--consul-bin', old, '--redis-cli-bin', 'redis-cli'], lab);
  expect(doctor.code).toBe(3);
  expect(doctor.stdout).toContain('the program that --consul-bin names will not do');
  expect(doctor.stdout).toContain('--redis-cli-bin names no program: "redis-cli": it must be a whole path');
});

test('what up is given is kept in the cluster file, and a path from the current folder is refused', async () => {
  const lab = await homeWith();
  const relative = await runCli(['up', '--consul-bin', './consul'], lab);
  expect(relative.code).toBe(2);
  expect(relative.stderr).toContain('--consul-bin: must be a whole path, from / (got "./consul")');
  const draft = await runCli(['init', 'other', '--yes', '--plan', '--ssh-bin', '/opt/ssh'], lab);
  expect(draft.stdout).toContain('programs:');
  expect(draft.stdout).toContain('ssh: /opt/ssh');
});

test('help names the flags in one line, and all of them where it is asked for everything', async () => {
  const lab = await homeWith();
  const brief = (await runCli(['up', '--help'], lab)).stdout;
  expect(brief).toContain('A program that is not on PATH: --terraform-bin <file>; likewise for consul, nomad');
  expect(brief).not.toContain('--docker-bin');
  expect((await runCli(['up', '--help', '--all'], lab)).stdout).toContain('--docker-bin <file>');
  expect((await runCli(['config', 'show'], lab)).stdout).not.toContain('programs.');
});
