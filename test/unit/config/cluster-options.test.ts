import { expect, it } from 'vitest';
import { clusterOptions } from '../../../src/config/cluster-options.js';
import { valueProblem } from '../../../src/options/value-problem.js';

const problemOf = (key: keyof typeof clusterOptions, value: string): string | undefined => valueProblem(clusterOptions[key], value);

it.each(['dc1', 'East', '1-a_b', 'x'])('%j is a datacenter', (name) => {
  expect(problemOf('datacenter', name)).toBeUndefined();
});

it.each(['-dc', '_dc', 'dc 1', 'dc.1', 'dc1/', '', 'øst'])('%j is none', (name) => {
  expect(problemOf('datacenter', name)).toContain('must be letters, digits, - and _');
});

it.each(['default', '1.22.0', '10.20.30', '1.22.0-rc.1', '1.22.0+ent', '1.11.0+ent.hsm-1'])('%j is a version', (version) => {
  for (const key of ['versions.consul', 'versions.nomad'] as const) expect(problemOf(key, version)).toBeUndefined();
});

it.each(['1.22', 'v1.22.0', '1.22.0.1', '1.22.x', '1.22.0-', '1.22.0 ', 'defaults', 'a default', 'latest', ''])('%j is none', (version) => {
  for (const key of ['versions.consul', 'versions.nomad'] as const) {
    expect(problemOf(key, version)).toContain('must be three numbers, such as 1.22.0, or default');
  }
});

it('spreads jobs unless somebody says otherwise', () => {
  expect(clusterOptions.scheduler.default).toBe('spread');
  expect(problemOf('scheduler', 'binpack')).toBeUndefined();
  expect(problemOf('scheduler', 'pack')).toContain('must be one of spread, binpack');
});
