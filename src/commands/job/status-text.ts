import { DEFAULT_NAMESPACE } from '../../cluster/connection.js';
import type { Context } from '../../context.js';
import { hint, nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { formatAge } from '@nomadctl/base/duration';
import { alignRows, formatTable, tableLook, type TableOptions } from '@nomadctl/base/table';
import { checkLines, type FailingCheck } from '../../jobs/rollout/failing-checks.js';
import { jobWords } from '../../jobs/parse/in-namespace.js';
import type {
  AllocationReport,
  ColourReport,
  DeploymentReport,
  JobReport,
  ParentReport,
  TrafficReport,
} from '../../jobs/report/job-report.js';

const SHORT = 8;
const ALLOCATIONS = 20;
const GROUP_COLUMNS = ['GROUP', 'RUNNING', 'FAILED'];
const ALLOCATION_COLUMNS = ['ALLOCATION', 'GROUP', 'NODE', 'VERSION', 'STATE', 'AGE', 'PORTS'];
const RUN_COLUMNS = ['RUN', 'STATE', 'STARTED', 'ALLOCATIONS'];

type Style = Context['ui']['style'];

interface Look {
  readonly style: Style;
  /** How its tables look. */
  readonly table: TableOptions;
  readonly age: (at: number) => string;
}

/** A job on one screen. */
export function statusText(
  report: JobReport,
  { ctx, url, failing, exposed = [] }: { ctx: Context; url: string; failing: readonly FailingCheck[]; exposed?: readonly string[] },
): string {
  const { style } = ctx.ui;
  const now = ctx.clock.now();
  const look: Look = { style, table: tableLook(ctx.ui), age: (at) => formatAge(now - at) };
  const { deployment, parent } = report;
  const namespace = report.namespace === DEFAULT_NAMESPACE ? '' : ` · namespace ${report.namespace}`;
  return [
    `${style.bold(report.id)}${namespace} · ${report.type} · ${stateOf(report.status, style)} · version ${report.version}, ${look.age(report.submittedAt)}`,
    ...(deployment ? deploymentLines(deployment) : []),
    ...blueGreenLines(report, style),
    ...(failing.length > 0 ? ['', ...failing.flatMap((check) => failingLines(check, style))] : []),
    ...identityLines(report),
    ...exposed,
    '',
    ...(parent ? parentLines(parent, report, look) : allocationLines(report, look)),
    '',
    url,
  ].join('\n');
}

function failingLines(check: FailingCheck, style: Style): string[] {
  const [first = '', ...rest] = checkLines(check);
  return [`${style.bad('failing')}  allocation ${check.allocation.slice(0, SHORT)} · ${first}`, ...rest.map((line) => `         ${line}`)];
}

const COLOUR_COLUMNS = ['COLOUR', 'VERSION', 'HEALTHY', 'STATE'];
const COLOUR_STATES: Readonly<Record<ColourReport['state'], string>> = {
  stays: 'stays until green is promoted',
  ending: 'ends',
  coming: 'canaries, not all of them healthy yet',
  ready: 'canaries, ready to be promoted',
  promoted: 'promoted',
};

/** Both versions of a blue/green deployment, and who of them is found under which tag. */
function blueGreenLines({ blueGreen = [], groups }: JobReport, style: Style): string[] {
  return blueGreen.flatMap(({ group, blue, green, traffic }) => {
    const row = (name: string, { version, healthy, desired, state }: ColourReport): string[] => [
      name,
      String(version),
      desired === 0 ? String(healthy) : `${healthy} of ${desired}`,
      COLOUR_STATES[state],
    ];
    return [
      '',
      ...(groups.length > 1 ? [`blue/green of group ${group}`] : []),
      formatTable(COLOUR_COLUMNS, [row('blue', blue), row('green', green)], { header: style.dim }),
      ...alignRows(traffic.map((one) => ['traffic', `${one.service}${one.tag === undefined ? '' : ` · ${one.tag}`}`, receivers(one)])),
    ];
  });
}

function receivers({ blue, green }: TrafficReport): string {
  const some = [...(blue > 0 ? [`blue (${blue})`] : []), ...(green > 0 ? [`green (${green})`] : [])];
  return some.length === 0 ? 'nobody' : some.join(' and ');
}

/** Such a job runs on until its tasks ask Consul for something. */
function identityLines({ withoutIdentity = [], withoutToken = [] }: JobReport): string[] {
  const [without, revoked] = [withoutIdentity, withoutToken].map((services) => services.join(', '));
  return [
    ...(without
      ? [`no identity for ${without}: the job is older than the cluster's access control, and Consul refuses its tasks; deploy it again`]
      : []),
    ...(revoked
      ? [
          `no token for ${revoked}: Consul has fewer than allocations run, so some was revoked, and who has none is reached by nobody; place them anew`,
        ]
      : []),
  ];
}

function allocationLines({ groups, allocations, events }: JobReport, { style, table, age }: Look): string[] {
  const groupRows = groups.map((group) => [group.name, `${group.running} of ${group.desired}`, String(group.failed)]);
  return [
    formatTable(GROUP_COLUMNS, groupRows, table),
    '',
    formatTable(
      ALLOCATION_COLUMNS,
      allocations.slice(0, ALLOCATIONS).map((one) => allocationRow(one, { style, age })),
      table,
    ),
    ...(events.length > 0
      ? ['', style.dim('EVENTS'), ...alignRows(events.map(({ at, task, type, text }) => [age(at), task, type, text]))]
      : []),
  ];
}

/** A job that only starts others is told by these. */
function parentLines(
  { nextLaunch, runs, runsKnown, runsLive }: ParentReport,
  { status, type }: JobReport,
  { style, table, age }: Look,
): string[] {
  const launch = type.startsWith('periodic')
    ? [nextLaunch ? `next launch ${nextLaunch}` : status === 'stopped' ? 'no next launch: it is stopped' : 'no next launch is known']
    : [status === 'stopped' ? 'takes no dispatch: it is stopped' : 'runs when it is dispatched'];
  const rows = runs.map((run) => [
    run.id,
    stateOf(run.outcome, style),
    age(run.submittedAt),
    run.allocations.map((one) => `${one.id.slice(0, SHORT)} on ${one.node}`).join(', '),
  ]);
  if (runs.length === 0) return [...launch, '', 'No run yet.'];
  return [
    ...launch,
    `${runsKnown === 1 ? '1 run is known' : `${runsKnown} runs are known`}, ${runsLive === 0 ? 'none goes on' : `${runsLive} of them ${runsLive === 1 ? 'goes' : 'go'} on`}`,
    '',
    formatTable(RUN_COLUMNS, rows, table),
  ];
}

function deploymentLines(deployment: DeploymentReport): string[] {
  const { status, description, version, groups } = deployment;
  const head = `deployment ${deployment.id.slice(0, SHORT)} of version ${version}: ${status}${status === 'running' ? ` (${description})` : ''}`;
  if (status !== 'running') return [head];
  const waiting = groups.filter(({ canaries }) => canaries > 0);
  const told = groups.filter(({ manual, healthy, placed }) => manual && healthy < placed);
  const endless = groups.filter((group) => group.endless);
  return [
    head,
    ...waiting.map(({ name, canaries, healthy }) => `group ${name}: ${healthy} of ${canaries} canaries healthy`),
    ...told.map(({ name, placed, healthy }) => `group ${name}: ${placed - healthy} to be told how they are (health_check = "manual")`),
    ...endless.map(({ name }) => `group ${name} has no place, and its deployment no deadline: it goes on until somebody ends it`),
  ];
}

/** What comes next after the screen; nothing where nothing waits for a person. */
export function afterStatus({ parent, deployment, ...report }: JobReport): Hint | undefined {
  if (parent) return runHint(parent, report);
  if (deployment?.status === 'running') return wayOn(deployment, report);
  return (report.withoutToken ?? []).length > 0 ? placedAnew(report) : undefined;
}

/** Only a new allocation gets new tokens: what is started again where it is has the old ones. */
function placedAnew({ id, namespace }: Pick<JobReport, 'id' | 'namespace'>): Hint {
  const where = namespace === DEFAULT_NAMESPACE ? [] : ['-namespace', namespace];
  return nomadctl`exec ${['nomad', 'job', 'restart', '-yes', '-reschedule', ...where, id]}`;
}

/** The newest run, with what it has said as soon as it has said something. */
function runHint({ runs }: ParentReport, { id, namespace }: Pick<JobReport, 'id' | 'namespace'>): Hint | undefined {
  const [newest] = runs;
  if (!newest) return undefined;
  const run = nomadctl`job status ${jobWords(newest.id, namespace)}`;
  const words = jobWords(id, namespace);
  return runs.some(({ outcome }) => outcome === 'pending' || outcome === 'unknown') ? run : hint`${run}, or ${nomadctl`job logs ${words}`}`;
}

/** What a deployment waits for a person to do. */
function wayOn(
  { groups }: DeploymentReport,
  { id, namespace, version, groups: all, blueGreen = [] }: Omit<JobReport, 'parent' | 'deployment'>,
): Hint | undefined {
  const words = jobWords(id, namespace);
  const waiting = groups.filter(({ canaries }) => canaries > 0);
  const endless = groups.find((group) => group.endless);
  if (endless) {
    // A count that has a place may be 0; a deploy of a file that fits ends it, too.
    const min = all.find(({ name }) => name === endless.name)?.limits.min ?? 0;
    if (min === 0) return nomadctl`job scale ${words} ${endless.name} 0 --fail-deployment`;
    return version > 0 ? nomadctl`job revert ${words}` : nomadctl`job stop ${words}`;
  }
  if (groups.some(({ manual, healthy, placed }) => manual && healthy < placed)) return nomadctl`job health ${words}`;
  const isReady = waiting.length > 0 && waiting.every(({ canaries, healthy }) => healthy >= canaries);
  // Green may be taken back before it is promoted, and blue has gone on all the while.
  if (blueGreen.some(({ promoted }) => !promoted))
    return isReady
      ? hint`${nomadctl`job promote ${words}`}, or ${nomadctl`job revert ${words}`}   takes green away again`
      : nomadctl`job revert ${words}`;
  return isReady ? nomadctl`job promote ${words}` : undefined;
}

function allocationRow(one: AllocationReport, { style, age }: Pick<Look, 'style' | 'age'>): string[] {
  const state = one.desired === 'run' ? one.status : `${one.status}, ${one.desired}`;
  return [
    one.id.slice(0, SHORT),
    one.group,
    one.node,
    String(one.version),
    `${stateOf(state, style)}${one.restarts > 0 ? ` (${one.restarts} ${one.restarts === 1 ? 'restart' : 'restarts'})` : ''}`,
    age(one.createdAt),
    Object.entries(one.addresses)
      .map(([label, address]) => `${label} ${address}`)
      .join(', '),
  ];
}

function stateOf(state: string, style: Style): string {
  if (state === 'running' || state === 'complete') return style.good(state);
  if (/failed|lost/.test(state)) return style.bad(state);
  return state;
}
