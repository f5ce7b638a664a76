import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../../../src/clients/nomad-job-model.js';
import type { DesiredUpdates, FieldDiff, JobDiff, PlanReply } from '../../../../src/clients/nomad-plan-model.js';
import type { Planned } from '../../../../src/jobs/job-state.js';
import { formatDiff } from '../../../../src/jobs/report/format-diff.js';
import { groupLines, hasChanges, keptLines, sizeOf, updatesInWords } from '../../../../src/jobs/report/format-plan.js';
import { NO_UPDATES as NONE } from '../../../helpers/placement-ask.js';

const plain = (text: string): string => text;
const style = { bold: plain, dim: plain, good: plain, bad: plain, warn: plain, accent: plain };

function field(Name: string, Old: string, New: string, Annotations: string[] = []): FieldDiff {
  const Type = Old === New ? 'None' : Old === '' ? 'Added' : New === '' ? 'Deleted' : 'Edited';
  return { Type, Name, Old, New, Annotations };
}

const edited: JobDiff = {
  Type: 'Edited',
  ID: 'web',
  Fields: [field('Priority', '50', '70'), field('Region', 'global', 'global')],
  Objects: null,
  TaskGroups: [
    {
      Type: 'Edited',
      Name: 'app',
      Fields: [field('Count', '1', '3', ['forces create'])],
      Objects: [
        {
          Type: 'Edited',
          Name: 'Service',
          Fields: [],
          Objects: [
            {
              Type: 'Edited',
              Name: 'Check',
              Fields: [field('Name', 'alive', 'alive'), field('Timeout', '1000000000', '2500000000')],
              Objects: null,
            },
          ],
        },
      ],
      Tasks: [
        {
          Type: 'Edited',
          Name: 'main',
          Fields: [field('Env[PORT]', '', '8080'), field('KillTimeout', '5000000000', '')],
          Objects: [{ Type: 'Edited', Name: 'Resources', Fields: [field('MemoryMB', '64', '80')], Objects: null }],
          Annotations: ['forces create/destroy update'],
        },
        { Type: 'None', Name: 'same', Fields: null, Objects: null, Annotations: null },
      ],
      Updates: { create: 2, 'create/destroy update': 1 },
    },
    {
      Type: 'Deleted',
      Name: 'old',
      Fields: [field('Count', '1', '')],
      Objects: null,
      Tasks: [{ Type: 'Deleted', Name: 'gone', Fields: null, Objects: null, Annotations: null }],
      Updates: null,
    },
  ],
};

const added: JobDiff = {
  Type: 'Added',
  ID: 'web',
  Fields: [field('Priority', '', '50')],
  Objects: null,
  TaskGroups: [
    {
      Type: 'Added',
      Name: 'app',
      Fields: [field('Count', '', '2', ['forces create'])],
      Objects: null,
      Tasks: [
        {
          Type: 'Added',
          Name: 'main',
          Fields: [field('Driver', '', 'raw_exec'), field('User', '', 'me')],
          Objects: null,
          Annotations: ['forces create'],
        },
      ],
      Updates: { create: 2 },
    },
  ],
};

const spec = {
  ID: 'web',
  Type: 'service',
  TaskGroups: [{ Name: 'app', Count: 3, Tasks: [{ Name: 'main', Driver: 'raw_exec' }] }],
} as unknown as JobSpec;

function planning(Diff: JobDiff | null, updates: Record<string, Partial<DesiredUpdates>> = {}, more: Partial<Planned> = {}) {
  const { givenUp = [] } = more;
  const DesiredTGUpdates = Object.fromEntries(Object.entries(updates).map(([group, counts]) => [group, { ...NONE, ...counts }]));
  const reply: PlanReply = {
    JobModifyIndex: 1,
    Diff,
    Annotations: { DesiredTGUpdates },
    FailedTGAllocs: null,
    NextPeriodicLaunch: '',
    Warnings: '',
  };
  return { spec, planned: { reply, givenUp, unchanged: false, ended: false, rerun: false, ...more }, keptCounts: [] };
}

describe('formatDiff', () => {
  it('shows only what differs, with its consequence', () => {
    expect(formatDiff(edited, { style, full: false })).toEqual([
      '~ job web',
      '  ~ priority  50 -> 70',
      '  ~ group app  2 create, 1 replaced',
      '    ~ count  1 -> 3  (starts new ones)',
      '    ~ service',
      '      ~ check alive',
      '        ~ timeout  1s -> 2.5s',
      '    ~ task main  replaces the allocation',
      '      + Env[PORT]  8080',
      '      - kill_timeout  5s',
      '      ~ resources',
      '        ~ memory_mb  64 -> 80',
      '  - group old',
      '    - count  1',
      '    - task gone',
    ]);
  });

  it('sums up what is new, unless all of it is wanted', () => {
    expect(formatDiff(added, { style, full: false })).toEqual([
      '+ job web',
      '  + group app  2 create',
      '    + count  2  (starts new ones)',
      '    + task main  driver raw_exec, starts new ones',
    ]);
    expect(formatDiff(added, { style, full: true })).toContain('      + user  me');
  });

  it('has nothing to show where nothing changes', () => {
    expect(formatDiff({ ...edited, Type: 'None' }, { style, full: true })).toEqual([]);
    expect(hasChanges(null)).toBe(false);
    expect(hasChanges(edited)).toBe(true);
  });
});

describe('groupLines', () => {
  it('says what Nomad would do with each group, also with one that goes', () => {
    expect(groupLines(planning(edited, { app: { Place: 2, DestructiveUpdate: 1 }, old: { Stop: 1 } }), style)).toEqual([
      '~ group app (2 to place, 1 to replace)',
      '- group old (1 to stop)',
    ]);
  });

  it('says what runs again', () => {
    expect(groupLines(planning(null, { app: { Ignore: 2 } }, { rerun: true }), style)).toEqual(['  group app (to run again)']);
  });

  it('says what is tried again', () => {
    expect(groupLines(planning({ ...edited, Type: 'None', TaskGroups: [] }, {}, { givenUp: ['app'] }), style)).toEqual([
      '  group app (to try again: Nomad gave it up)',
    ]);
  });
});

it('puts counts into words', () => {
  expect(updatesInWords(undefined)).toBe('nothing to do');
  expect(updatesInWords({ ...NONE, Ignore: 2, InPlaceUpdate: 1, Migrate: 1, Canary: 1 })).toBe(
    '1 canaries to place, 1 to update in place, 1 to move, 2 unchanged',
  );
  expect(sizeOf(spec)).toBe('1 group, 1 task');
  expect(keptLines([{ group: 'app', file: 1, kept: 3 }])).toEqual([
    'group app: count 3 is kept, somebody scaled it (the file says 1; --reset-counts takes that)',
  ]);
});
