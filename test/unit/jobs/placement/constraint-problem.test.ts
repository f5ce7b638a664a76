import { describe, expect, it } from 'vitest';
import { constraintProblem, constraintProblems, parseConstraint } from '../../../../src/jobs/placement/constraint-problem.js';
import { askOf, NODE } from '../../../helpers/placement-ask.js';

describe('constraintProblem', () => {
  it.each([
    ['${meta.rack} = r1', undefined],
    ['${meta.rack} = r2', 'meta.rack is r1, must be r2'],
    ['${meta.rack} == r2', 'meta.rack is r1, must be r2'],
    ['${meta.rack} is r2', 'meta.rack is r1, must be r2'],
    ['${node.class} = gpu', 'node.class is empty, must be gpu'],
    ['${meta.zone} = a', 'meta.zone is not set, must be a'],
    ['${meta.zone} = ${meta.rack}', 'meta.zone is not set, must be r1'],
    ['${meta.rack} = ${meta.zone}', 'meta.rack is r1, must be meta.zone, which is not set'],
    ['${meta.rack} = ${meta.rack}', undefined],
    ['r1 = ${meta.rack}', undefined],
    ['${node.other} = a', 'node.other is not set, must be a'],
    ['${meta.zone} != a', undefined],
    ['${meta.rack} != r1', 'meta.rack is r1, must be anything but r1'],
    ['${meta.rack} not r1', 'meta.rack is r1, must be anything but r1'],
    ['${attr.cpu.numcores} < 4', 'attr.cpu.numcores is 4, must be less than 4'],
    ['${attr.cpu.numcores} <= 4', undefined],
    ['${attr.cpu.numcores} <= 3', 'attr.cpu.numcores is 4, must be at most 3'],
    ['${attr.cpu.numcores} > 10', 'attr.cpu.numcores is 4, must be more than 10'],
    ['${attr.cpu.numcores} >= 10', 'attr.cpu.numcores is 4, must be at least 10'],
    ['${meta.size} >= 2.50', undefined],
    ['${meta.size} > 10.5', 'meta.size is 2.5, must be more than 10.5'],
    ['${meta.rack} > r0', undefined],
    ['${meta.rack} > r2', 'meta.rack is r1, must be more than r2'],
    ['${meta.zone} is_set ', 'meta.zone is not set, must be set'],
    ['${meta.rack} is_set ', undefined],
    ['${meta.rack} is_not_set ', 'meta.rack is r1, must not be set'],
    ['${meta.zone} is_not_set ', undefined],
    ['${node.unique.name} regexp ^server', 'node.unique.name is client-1, must match ^server'],
    ['${node.unique.name} regexp (?i)^C', undefined],
    ['${attr.os.signals} set_contains SIGHUP,SIGINT', undefined],
    ['${attr.os.signals} set_contains SIGKILL, SIGTERM', 'attr.os.signals is SIGHUP,SIGINT, must contain SIGKILL and SIGTERM'],
    ['${attr.os.signals} set_contains_all SIGHUP,SIGKILL', 'attr.os.signals is SIGHUP,SIGINT, must contain SIGHUP and SIGKILL'],
    ['${attr.os.signals} set_contains_any SIGKILL,SIGINT', undefined],
    ['${attr.os.signals} set_contains_any SIGKILL,SIGTERM', 'attr.os.signals is SIGHUP,SIGINT, must contain SIGKILL or SIGTERM'],
    ['${attr.nomad.version} version >= 1.9, < 2', undefined],
    ['${attr.nomad.version} version >= 2', 'attr.nomad.version is 1.11.3, must be a version >= 2'],
    ['${attr.nomad.version} semver < 1.2.0', 'attr.nomad.version is 1.11.3, must be a version < 1.2.0'],
    ['${attr.consul.version} semver >= 1.8.0', 'attr.consul.version is not set, must be a version >= 1.8.0'],
  ])('%s', (text, expected) => {
    const constraint = parseConstraint(text);
    expect(constraint, text).toBeDefined();
    expect(constraintProblem(constraint!, NODE)).toBe(expected);
  });

  it('leaves an expression that JavaScript cannot read to Nomad', () => {
    const constraint = { LTarget: '${meta.rack}', Operand: 'regexp', RTarget: '\\pL(?<!x' };
    expect(constraintProblem(constraint, NODE)).toBeUndefined();
    expect(constraintProblem(constraint, NODE, true)).toBe('meta.rack is r1, must match \\pL(?<!x');
  });

  it('shortens what is long', () => {
    const node = { ...NODE, Meta: { rack: 'x'.repeat(100) } };
    expect(constraintProblem({ LTarget: '${meta.rack}', Operand: '=', RTarget: 'a' }, node)).toBe(
      `meta.rack is ${'x'.repeat(60)}…, must be a`,
    );
  });
});

describe('constraintProblems', () => {
  const not = (RTarget: string) => ({ LTarget: '${meta.rack}', Operand: '=', RTarget });

  it('looks at the job, the group and the tasks, also where Nomad has named another node for one like it', () => {
    const ask = askOf({
      spec: { Constraints: [not('r2')] },
      group: { Constraints: [not('r3')], Tasks: [{ Name: 't', Driver: 'exec', Constraints: [not('r4')] }] },
      filtered: { 'computed class ineligible': 1 },
    });
    expect(constraintProblems(ask)).toEqual(['r2', 'r3', 'r4'].map((rack) => `meta.rack is r1, must be ${rack}`));
  });

  it('knows what Nomad adds by itself, each once', () => {
    const filtered = { '${attr.vault.version} semver >= 0.6.1': 1, '${meta.rack} = r2': 1, distinct_hosts: 1, 'missing drivers': 1 };
    expect(constraintProblems(askOf({ group: { Constraints: [not('r2')] }, filtered }))).toEqual([
      'meta.rack is r1, must be r2',
      'attr.vault.version is not set, must be a version >= 0.6.1',
    ]);
  });
});
