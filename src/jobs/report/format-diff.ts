import type { FieldDiff, GroupDiff, JobDiff, ObjectDiff, TaskDiff } from '../../clients/nomad-plan-model.js';
import type { Context } from '../../context.js';

type Style = Context['ui']['style'];

export interface DiffFormat {
  readonly style: Style;
  /** Every field of groups and tasks that are new or go away. */
  readonly full: boolean;
}

const MARKS = { Added: '+', Deleted: '-', Edited: '~', None: ' ' } as const;

/** The whole plan for a reader: what differs, what Nomad would do, what does not fit. */
export function formatDiff(diff: JobDiff | null, { style, full }: DiffFormat): string[] {
  if (!diff || diff.Type === 'None') return [];
  const own = [...fieldLines(diff.Fields, style, 1), ...objectLines(diff.Objects, style, 1)];
  const visible = diff.Type === 'Edited' || full ? own : [];
  return [
    marked(style, diff.Type, `job ${diff.ID}`),
    ...visible,
    ...(diff.TaskGroups ?? []).flatMap((group) => groupDiffLines(group, { style, full })),
  ];
}

function groupDiffLines(group: GroupDiff, format: DiffFormat): string[] {
  if (group.Type === 'None') return [];
  const updates = Object.entries(group.Updates ?? {}).map(
    ([what, count]) => `${count} ${what.replace('create/destroy update', 'replaced').replace('in-place update', 'updated in place')}`,
  );
  const head = indented(
    1,
    marked(format.style, group.Type, `group ${group.Name}${updates.length > 0 ? format.style.dim(`  ${updates.join(', ')}`) : ''}`),
  );
  const whole = group.Type === 'Edited' || format.full;
  const own = whole
    ? [...fieldLines(group.Fields, format.style, 2), ...objectLines(group.Objects, format.style, 2)]
    : countLine(group, format.style);
  return [head, ...own, ...(group.Tasks ?? []).flatMap((task) => taskDiffLines(task, format))];
}

function countLine(group: GroupDiff, style: Style): string[] {
  return fieldLines(
    (group.Fields ?? []).filter(({ Name }) => Name === 'Count'),
    style,
    2,
  );
}

function taskDiffLines(task: TaskDiff, { style, full }: DiffFormat): string[] {
  if (task.Type === 'None') return [];
  const driver = task.Fields?.find(({ Name }) => Name === 'Driver')?.New;
  const notes = (task.Annotations ?? []).map(consequence).filter(Boolean);
  const tail = [...(driver && task.Type === 'Added' ? [`driver ${driver}`] : []), ...notes].join(', ');
  const head = indented(2, marked(style, task.Type, `task ${task.Name}${tail ? style.dim(`  ${tail}`) : ''}`));
  return task.Type === 'Edited' || full ? [head, ...fieldLines(task.Fields, style, 3), ...objectLines(task.Objects, style, 3)] : [head];
}

function objectLines(objects: readonly ObjectDiff[] | null, style: Style, depth: number): string[] {
  return (objects ?? [])
    .filter(({ Type }) => Type !== 'None')
    .flatMap((object) => [
      indented(depth, marked(style, object.Type, `${spaced(object.Name)}${nameOf(object)}`)),
      ...fieldLines(object.Fields, style, depth + 1),
      ...objectLines(object.Objects, style, depth + 1),
    ]);
}

/** Several checks or templates of one task are told apart by what they are called. */
function nameOf({ Fields }: ObjectDiff): string {
  const name = Fields?.find(({ Name, Type }) => Name === 'Name' && Type === 'None')?.Old;
  return name ? ` ${name}` : '';
}

function fieldLines(fields: readonly FieldDiff[] | null, style: Style, depth: number): string[] {
  return (fields ?? [])
    .filter(({ Type }) => Type !== 'None')
    .map((field) => {
      const notes = (field.Annotations ?? []).map(consequence).filter(Boolean).join(', ');
      return indented(
        depth,
        marked(style, field.Type, `${spaced(field.Name)}  ${changeOf(field)}${notes ? style.dim(`  (${notes})`) : ''}`),
      );
    });
}

function changeOf({ Type, Name, Old, New }: FieldDiff): string {
  const formatValue = (value: string): string =>
    value === '' ? '""' : value.includes('\n') ? JSON.stringify(value) : isDuration(Name, value) ? secondsOf(value) : value;
  if (Type === 'Added') return formatValue(New);
  if (Type === 'Deleted') return formatValue(Old);
  return `${formatValue(Old)} -> ${formatValue(New)}`;
}

/** Nomad's diff gives durations in nanoseconds, without saying so. */
function isDuration(name: string, value: string): boolean {
  return /(Timeout|Interval|Delay|Deadline|Time|Wait|Stagger|Splay|After)$/.test(name) && /^\d{6,}$/.test(value);
}

function secondsOf(nanoseconds: string): string {
  return `${Number(nanoseconds) / 1e9}s`;
}

/** Nomad's annotations, in the words of their consequence. */
function consequence(annotation: string): string {
  const known: Readonly<Record<string, string>> = {
    'forces create': 'starts new ones',
    'forces destroy': 'stops some',
    'forces in-place update': 'in place',
    'forces create/destroy update': 'replaces the allocation',
  };
  return known[annotation] ?? annotation;
}

/** `MaxParallel` as a job file writes it: `max_parallel`. Names that hold data, such as `Env[PORT]`, stay. */
function spaced(name: string): string {
  if (/[^A-Za-z]/.test(name)) return name;
  return name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

/** A line with its mark, in the colour of its kind. */
export function marked(style: Style, type: keyof typeof MARKS, text: string): string {
  const line = `${MARKS[type]} ${text}`;
  return type === 'Added' ? style.good(line) : type === 'Deleted' ? style.bad(line) : type === 'Edited' ? style.warn(line) : line;
}

function indented(depth: number, text: string): string {
  return `${'  '.repeat(depth)}${text}`;
}
