import semver from 'semver';
import { describe, expect, test } from 'vitest';
import { faultsOf, faultyVersions, isFixable, isMetBy, knownFaults, sentenceOf, summaryOf } from '../../../src/programs/known-faults.js';
import { pinned } from '../../helpers/pinned.js';

const idsOf = (version: string): string[] => faultsOf('nomad', version).map(({ id }) => id);

describe('the table', () => {
  test.each(knownFaults.map((fault) => [fault.id, fault] as const))('%s ends where it is mended', (_, { affected, mended, source }) => {
    expect(semver.validRange(affected)).not.toBeNull();
    expect(semver.satisfies(mended, affected)).toBe(false);
    expect(source).toMatch(/^https:\/\/github\.com\/hashicorp\/(nomad|consul)\/(pull|issues)\/\d+$/);
  });

  test('has one name for each', () => {
    expect(new Set(knownFaults.map(({ id }) => id)).size).toBe(knownFaults.length);
  });

  test('holds no fault of what nomadctl installs that it could have done without', () => {
    const installed = [...faultsOf('nomad', pinned.nomad), ...faultsOf('consul', pinned.consul)];
    expect(installed.filter(isFixable)).toEqual([]);
  });

  test.each([
    ['1.11.0', true],
    ['1.11.0+ent', true],
    ['1.10.5', false],
    ['1.11.1', false],
  ])('%s stops one group of several: %s', (version, isSo) => {
    expect(idsOf(version).includes('nomad-stop-one-group')).toBe(isSo);
  });
});

test('what counts is who runs a version: a fault of servers is none of clients', () => {
  const old = { tool: 'nomad', version: '1.11.0' } as const;
  const of = (part: 'server' | 'client') =>
    faultyVersions([{ ...old, part, name: 'one' }]).flatMap(({ faults }) => faults.map(({ id }) => id));
  expect(of('server')).toContain('nomad-stop-one-group');
  expect(of('client')).toEqual(expect.not.arrayContaining(['nomad-stop-one-group']));
  expect(of('client')).toContain('nomad-script-checks');
});

test('a job meets a fault by its type, drivers and number of groups', () => {
  const [stop] = faultsOf('nomad', '1.11.0');
  if (!stop) throw new Error('1.11.0 has no fault');
  expect(isMetBy(stop, { type: 'service', groups: 1, drivers: [] })).toBe(false);
  expect(isMetBy(stop, { type: 'service', groups: 2, drivers: [] })).toBe(true);
});

test('a sentence has the version, the fault, where it ends and the way round', () => {
  const [stop] = faultsOf('nomad', '1.11.0');
  expect(stop && sentenceOf(stop, '1.11.0')).toBe(
    'Nomad 1.11.0: stopping a job with several groups stops only one of them (mended in 1.11.1); nomadctl has the stop looked at again until every group has ended',
  );
  const [faulty] = faultyVersions([{ tool: 'nomad', version: '1.11.0', part: 'server', name: 'server-1' }]);
  expect(faulty && summaryOf(faulty, { cluster: 'dev', given: { program: ['node', 'bin/nomadctl.js'] } })).toMatch(
    /^Nomad 1\.11\.0 has \d+ known faults that \S+ has no longer, such as: stopping a job .*; all of them: node bin\/nomadctl\.js doctor dev$/,
  );
});
