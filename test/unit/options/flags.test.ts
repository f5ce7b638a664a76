import { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { flagsOf, flagsOfOwners } from '../../../src/options/flags.js';
import { choice, count } from '../../../src/options/option.js';
import { flagKey, resolveOptions } from '../../../src/options/resolve.js';
import { sampleTable } from '../../helpers/sample-target.js';

describe('flagsOf', () => {
  const flags = flagsOf(sampleTable);

  it('writes each kind with its value', () => {
    expect(flags.map(({ flag }) => flag)).toEqual([
      '--servers <count>',
      '--clients <count>',
      '--split-roles',
      '--no-split-roles',
      '--drivers <words>',
      '--addressing <word>',
      '--datacenter <text>',
      '--versions-consul <version>',
      '--versions-nomad <version>',
    ]);
  });

  it('says what holds without it', () => {
    expect(flags.find(({ flag }) => flag.startsWith('--clients'))?.summary).toBe('nodes that run jobs; default 2');
    expect(flags.find(({ flag }) => flag === '--no-split-roles')?.summary).toBe('the opposite of --split-roles (default)');
  });

  it('offers a key of two targets once', () => {
    expect(flagsOf(sampleTable, sampleTable)).toEqual(flags);
  });

  it('is understood by the parser under the names that settings are looked up by', () => {
    const program = new Command();
    for (const { flag, summary, choices } of flags)
      program.addOption(choices ? new Option(flag, summary).choices([...choices]) : new Option(flag, summary));
    program.parse(['--clients', '7', '--split-roles', '--drivers', 'exec,docker', '--versions-nomad', '1.11.0'], { from: 'user' });
    const { settings, sources, problems } = resolveOptions(sampleTable, { flags: program.opts() });
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({ clients: 7, splitRoles: true, drivers: ['exec', 'docker'], 'versions.nomad': '1.11.0' });
    expect(sources['versions.nomad']).toEqual({ kind: 'flag', where: '--versions-nomad' });
    expect(Object.keys(program.opts()).every((name) => Object.keys(sampleTable).some((key) => flagKey(key) === name))).toBe(true);
  });
});

describe('flagsOfOwners', () => {
  const here = {
    owner: 'this computer',
    table: { clients: sampleTable.clients, servers: sampleTable.servers, datacenter: sampleTable.datacenter },
  };
  const there = {
    owner: 'a cloud',
    table: { clients: { ...sampleTable.clients, default: 3 }, disk: count({ summary: 'size' }), datacenter: sampleTable.datacenter },
  };
  const byFlag = new Map(flagsOfOwners([here, there]).map((flag) => [flag.flag, flag]));

  it('puts what only one has under its name', () => {
    expect(byFlag.get('--servers <count>')?.group).toBe('Settings of clusters on this computer:');
    expect(byFlag.get('--disk <count>')).toEqual({
      flag: '--disk <count>',
      summary: 'size',
      group: 'Settings of clusters on a cloud:',
      owner: 'a cloud',
    });
  });

  it('says of a shared one what each takes without it', () => {
    expect(byFlag.get('--clients <count>')).toMatchObject({
      summary: 'nodes that run jobs; default on this computer 2; default on a cloud 3',
      group: 'Settings of every cluster:',
    });
    expect(byFlag.get('--datacenter <text>')?.summary).toBe('the datacenter; default dc1');
  });

  it('takes of a shared one what any of them takes', () => {
    const profile = (choices: readonly [string, ...string[]]) => ({
      profile: choice({ summary: 'who is let in', choices, default: choices[0] }),
    });
    const flags = flagsOfOwners([
      { owner: 'this computer', table: profile(['secure', 'poc']) },
      { owner: 'a cloud', table: profile(['plain', 'secure']) },
    ]);
    expect(flags).toMatchObject([{ flag: '--profile <word>', choices: ['secure', 'poc', 'plain'] }]);
  });
});
