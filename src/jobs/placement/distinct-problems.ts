import type { Constraint, GroupSpec, JobSpec } from '../../clients/nomad-job-model.js';
import { counted, isOf, nameOf, occupying, valueOn, type Ask } from './node-load.js';

/** What keeps a group off a node because of its other allocations, a sentence each. */
export function distinctProblems(ask: Ask): string[] {
  return [...distinctHosts(ask), ...distinctProperties(ask)];
}

function distinctHosts({ spec, group, load, metric }: Ask): string[] {
  const isWanted = ({ Operand, RTarget = '' }: Constraint): boolean =>
    Operand === 'distinct_hosts' && !['false', 'f', '0'].includes(RTarget.toLowerCase());
  const ofJob = (spec.Constraints ?? []).some(isWanted);
  if (!ofJob && !(group.Constraints ?? []).some(isWanted)) return [];
  const own = occupying(load).find((one) => isOf(spec, one) && (ofJob || one.TaskGroup === group.Name));
  const may = `may have one of this ${ofJob ? 'job' : 'group'} (distinct_hosts)`;
  if (own) return [`has allocation ${own.ID.slice(0, 8)} of group ${own.TaskGroup}, ${may}`];
  return metric.ConstraintFiltered?.['distinct_hosts'] ? [`gets one allocation, ${may}`] : [];
}

/** Nomad counts what is there and what the plan adds: `distinct_property: ${meta.rack}=r1 used by 1 allocs`. */
const USED = /^distinct_property: (\$\{[^}]+\}|\S+?)=(.*) used by (\d+) allocs$/s;

function distinctProperties({ spec, group, load: { node }, metric }: Ask): string[] {
  return propertiesOf(spec, group).flatMap(({ LTarget = '', RTarget = '' }) => {
    const found = valueOn(node, LTarget);
    if (found === undefined) return [`${nameOf(LTarget)} is not set, must be (distinct_property)`];
    const uses = Object.keys(metric.ConstraintFiltered ?? {}).flatMap((text) => {
      const [, target, value, count = ''] = USED.exec(text) ?? [];
      return target === LTarget && value === found ? [Number(count)] : [];
    });
    if (uses.length === 0) return [];
    const allowed = RTarget === '' ? 1 : Number(RTarget);
    return [
      `${nameOf(LTarget)} is ${found}, which ${counted(Math.max(...uses), 'allocation')} of at most ${allowed} have (distinct_property)`,
    ];
  });
}

function propertiesOf(spec: JobSpec, group: GroupSpec): Constraint[] {
  return [...(spec.Constraints ?? []), ...(group.Constraints ?? [])].filter(({ Operand }) => Operand === 'distinct_property');
}

/** Whether a metric is about these, and said in another way. */
export function isAboutOthers(text: string): boolean {
  return text === 'distinct_hosts' || text.startsWith('distinct_property') || text.startsWith('missing property');
}
