import type { Constraint, GroupSpec, JobSpec } from '../../clients/nomad-job-model.js';
import type { Node } from '../../clients/nomad-node-model.js';
import { nameOf, valueOn, type Ask } from './node-load.js';
import { meetsVersion } from './version-constraint.js';

/** A comparison of what a node has with what is wanted; undefined where only Nomad can tell. */
interface Operator {
  readonly must: (wanted: string) => string;
  readonly meets: (found: string, wanted: string) => boolean | undefined;
}

const EQUAL: Operator = { must: (wanted) => `must be ${shown(wanted)}`, meets: (found, wanted) => found === wanted };
const OTHER: Operator = { must: (wanted) => `must be anything but ${shown(wanted)}`, meets: (found, wanted) => found !== wanted };
const ALL_OF: Operator = {
  must: (wanted) => `must contain ${members(wanted).join(' and ')}`,
  meets: (found, wanted) => members(wanted).every((item) => members(found).includes(item)),
};

/** https://developer.hashicorp.com/nomad/docs/job-specification/constraint#operator */
const OPERATORS: Readonly<Record<string, Operator>> = {
  '=': EQUAL,
  '==': EQUAL,
  is: EQUAL,
  '!=': OTHER,
  not: OTHER,
  '<': { must: (wanted) => `must be less than ${wanted}`, meets: (found, wanted) => order(found, wanted) < 0 },
  '<=': { must: (wanted) => `must be at most ${wanted}`, meets: (found, wanted) => order(found, wanted) <= 0 },
  '>': { must: (wanted) => `must be more than ${wanted}`, meets: (found, wanted) => order(found, wanted) > 0 },
  '>=': { must: (wanted) => `must be at least ${wanted}`, meets: (found, wanted) => order(found, wanted) >= 0 },
  regexp: { must: (wanted) => `must match ${wanted}`, meets: matches },
  version: { must: (wanted) => `must be a version ${wanted}`, meets: (found, wanted) => meetsVersion(found, wanted, 'version') },
  semver: { must: (wanted) => `must be a version ${wanted}`, meets: (found, wanted) => meetsVersion(found, wanted, 'semver') },
  set_contains: ALL_OF,
  set_contains_all: ALL_OF,
  set_contains_any: {
    must: (wanted) => `must contain ${members(wanted).join(' or ')}`,
    meets: (found, wanted) => members(wanted).some((item) => members(found).includes(item)),
  },
  is_set: { must: () => 'must be set', meets: () => true },
};

/** What a node lacks of all constraints of a group, a sentence each: its own, the job's, its tasks', and those that Nomad adds. */
export function constraintProblems({ spec, group, load, metric }: Ask): string[] {
  const filtered = new Set(Object.keys(metric.ConstraintFiltered ?? {}));
  const added = [...filtered].flatMap((text) => parseConstraint(text) ?? []);
  const found = [...constraintsOf(spec, group), ...added].flatMap(
    (constraint) => constraintProblem(constraint, load.node, filtered.has(textOf(constraint))) ?? [],
  );
  return [...new Set(found)];
}

function constraintsOf(spec: JobSpec, group: GroupSpec): Constraint[] {
  return [spec, group, ...group.Tasks].flatMap(({ Constraints }) => Constraints ?? []);
}

/** As Nomad's metrics spell it. */
function textOf({ LTarget = '', Operand = '', RTarget = '' }: Constraint): string {
  return `${LTarget} ${Operand} ${RTarget}`;
}

/** A constraint of Nomad's metrics; undefined for what is something else. */
export function parseConstraint(text: string): Constraint | undefined {
  const [, LTarget, Operand = '', RTarget = ''] = /^(\$\{[^}]+\}|\S+) (\S+) ?(.*)$/s.exec(text) ?? [];
  return LTarget !== undefined && (Operand in OPERATORS || Operand === 'is_not_set') ? { LTarget, Operand, RTarget } : undefined;
}

/**
 * What a node has and what it must have, or nothing when it meets a constraint or that is no matter of this node alone.
 * @param isFiltered Nomad has filtered nodes by it, which counts where only Nomad can tell
 */
export function constraintProblem(
  { LTarget = '', Operand = '=', RTarget = '' }: Constraint,
  node: Node,
  isFiltered = false,
): string | undefined {
  const found = valueOn(node, LTarget);
  const name = nameOf(LTarget);
  if (Operand === 'is_not_set') return found === undefined ? undefined : `${name} is ${shown(found)}, must not be set`;
  const operator = OPERATORS[Operand];
  if (!operator) return undefined;
  const wanted = valueOn(node, RTarget);
  const must = wanted === undefined ? `${operator.must(nameOf(RTarget))}, which is not set` : operator.must(wanted);
  if (found === undefined) return operator === OTHER && wanted !== undefined ? undefined : `${name} is not set, ${must}`;
  const met = wanted === undefined ? operator === OTHER : operator.meets(found, wanted);
  return met === false || (met === undefined && isFiltered) ? `${name} is ${shown(found)}, ${must}` : undefined;
}

const LONGEST = 60;

function shown(value: string): string {
  if (value === '') return 'empty';
  return value.length <= LONGEST ? value : `${value.slice(0, LONGEST)}…`;
}

function members(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}

/** As whole numbers, else as numbers, else by letters. */
function order(a: string, b: string): number {
  for (const form of [/^[+-]?\d+$/, /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/])
    if (form.test(a) && form.test(b)) return Number(a) - Number(b);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Nomad's expressions are Go's: flags stand in front, and one that JavaScript cannot read is left to Nomad. */
function matches(found: string, pattern: string): boolean | undefined {
  const [, flags = '', rest = pattern] = /^\(\?([ims]+)\)(.*)$/s.exec(pattern) ?? [];
  try {
    return new RegExp(rest, flags).test(found);
  } catch {
    return undefined;
  }
}
