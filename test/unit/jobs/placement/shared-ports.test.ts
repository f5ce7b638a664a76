import { expect, it } from 'vitest';
import type { GroupSpec, JobSpec } from '../../../../src/clients/nomad-job-model.js';
import type { DesiredUpdates } from '../../../../src/clients/nomad-plan-model.js';
import { sharedPortProblems, WAY_OUT, type SharedAddress } from '../../../../src/jobs/placement/shared-ports.js';
import { allocationOf, NO_UPDATES as NONE } from '../../../helpers/placement-ask.js';

const SHARED = 'all clients of this computer share 127.0.0.1';

function group(Name: string, more: Partial<GroupSpec> = {}): GroupSpec {
  return {
    Name,
    Count: 1,
    Networks: [{ ReservedPorts: [{ Label: 'p', Value: 8080 }] }],
    Tasks: [{ Name: 't', Driver: 'raw_exec' }],
    ...more,
  };
}

function problems(
  spec: Partial<JobSpec>,
  more: { updates?: Partial<DesiredUpdates>; at?: Partial<SharedAddress> } = {},
): Promise<string[]> {
  const { TaskGroups = [group('app')] } = spec;
  const updates = Object.fromEntries(TaskGroups.map(({ Name }) => [Name, { ...NONE, ...(more.updates ?? { Place: 1 }) }]));
  const at = { running: [], isTaken: async () => false, haveOwn: true, ...more.at };
  return sharedPortProblems({ spec: { ID: 'web', Type: 'service', TaskGroups, ...spec }, updates, at });
}

const taken = { isTaken: async (port: number) => port === 8080 };
const other = allocationOf();
const own = allocationOf({ JobID: 'web', TaskGroup: 'app' });

it.each<[string, Parameters<typeof problems>, string[]]>([
  ['one allocation', [{}], []],
  [
    'several of a service',
    [{ TaskGroups: [group('app', { Count: 3 })] }],
    [`group app · 3 allocations need static port 8080 (p) at once, which one can have: ${SHARED}`],
  ],
  [
    'a system job on two clients',
    [{ Type: 'system' }, { updates: { Place: 1, Ignore: 1 } }],
    [`group app · 2 allocations need static port 8080 (p) at once, which one can have: ${SHARED}`],
  ],
  [
    'a canary beside what it may replace',
    [{}, { updates: { Canary: 1, Ignore: 1 } }],
    [`group app · 2 allocations need static port 8080 (p) at once, which one can have: ${SHARED}`],
  ],
  [
    'two groups',
    [{ TaskGroups: [group('a'), group('b')] }],
    [
      `group a · needs static port 8080 (p), and so does group b: ${SHARED}`,
      `group b · needs static port 8080 (p), and so does group a: ${SHARED}`,
    ],
  ],
  [
    'another job',
    [{}, { at: { running: [other], ...taken } }],
    [`group app · needs static port 8080 (p), job other (allocation abcdef01) on client-1 has it: ${SHARED}`],
  ],
  ["another job on an address of its client's own", [{}, { at: { running: [other] } }], []],
  [
    'another job that is about to start',
    [{}, { at: { running: [allocationOf({ ClientStatus: 'pending' })] } }],
    [`group app · needs static port 8080 (p), job other (allocation abcdef01) on client-1 has it: ${SHARED}`],
  ],
  ['its own allocation, which is replaced', [{}, { updates: { DestructiveUpdate: 1 }, at: { running: [own], ...taken } }], []],
  [
    'some other program',
    [{}, { at: taken }],
    ['group app · needs static port 8080 (p), a program that is no job of this cluster listens there on 127.0.0.1'],
  ],
  [
    "a group that listens on the client's own address",
    [{ TaskGroups: [group('app', { Count: 3, Tasks: [{ Name: 't', Driver: 'exec', Env: { A: '${meta.address}' } }] })] }],
    [],
  ],
  [
    'the same where clients have none',
    [{ TaskGroups: [group('app', { Count: 2, Meta: { a: '${meta.address}' } })] }, { at: { haveOwn: false } }],
    [`group app · 2 allocations need static port 8080 (p) at once, which one can have: ${SHARED}`],
  ],
  ['no static port', [{ TaskGroups: [group('app', { Count: 3, Networks: [{ DynamicPorts: [{ Label: 'p' }] }] })] }], []],
])('%s', async (_, given, expected) => {
  const haveOwn = given[1]?.at?.haveOwn ?? true;
  expect(await problems(...given)).toEqual(expected.length > 0 && haveOwn ? [...expected, WAY_OUT] : expected);
});
