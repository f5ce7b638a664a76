import type { Project, RegionEntry } from '../../../clients/ucloud/account-model.js';
import { isRefusal } from '../../../clients/ucloud/ret-codes.js';
import type { UcloudApi } from '../../../clients/ucloud/ucloud-api.js';
import { UsageError } from '@nomadctl/base/errors';
import { suggest } from '@nomadctl/base/suggest';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { requireSetting, type InterviewContext, type ConnectedContext } from './interview-context.js';
import { refuseValue } from './refuse-value.js';

/** Project, region and zones. Returns UCloud as seen from there, or nothing when the project is lacking. */
export async function settlePlace(interview: ConnectedContext): Promise<UcloudApi | undefined> {
  const projectId = await settleProject(interview);
  const { Regions } = await interview.api.call('GetRegion', {});
  const region = await settleRegion(interview, Regions);
  await settleZones(interview, [...new Set(Regions.filter(({ Region }) => Region === region).map(({ Zone }) => Zone))]);
  return projectId === undefined ? undefined : interview.api.at({ projectId, region });
}

const NO_RIGHT = [230, 292, 299];
/** So many are tried for the right to them; of more, the user knows better. */
const MOST_TRIED = 20;

async function settleProject(interview: ConnectedContext): Promise<string | undefined> {
  const { ctx } = interview;
  const known = interview.settings().projectId;
  const projects = await projectsOf(interview);
  if (interview.isSettled('projectId') && known !== undefined) {
    // Keys that may not list projects may still work in one.
    if (projects.length > 0 && !projects.some(({ ProjectId }) => ProjectId === known))
      throw await projectRefused(interview, known, projects);
    return known;
  }
  const [only, ...others] = projects;
  if (only && others.length === 0) {
    ctx.ui.note(`Project  ${nameOf(only)}, the only one of these keys`);
    return choose(interview, only.ProjectId);
  }
  if (interview.silent) {
    requireSetting(interview, 'projectId');
    return undefined;
  }
  if (projects.length === 0)
    return choose(
      interview,
      await ctx.ui.ask.text({ message: 'Project (its id, such as org-abc123)', ...(known ? { default: known } : {}) }),
    );
  const usual = projects.find(({ ProjectId }) => ProjectId === known) ?? projects.find(({ IsDefault }) => IsDefault) ?? only;
  const choices = projects.map(({ ProjectId, ProjectName, IsDefault }) => ({
    value: ProjectId,
    hint: `${ProjectName}${IsDefault ? ' (default)' : ''}`,
  }));
  return choose(interview, await ctx.ui.ask.choice({ message: 'Project', choices, default: usual?.ProjectId ?? '' }));
}

const nameOf = ({ ProjectId, ProjectName }: Project): string => `${ProjectId} ${ProjectName}`;

function choose(interview: InterviewContext, projectId: string): string {
  interview.answer({ projectId });
  return projectId;
}

/** Those that the keys have a right to; none when they may not even be listed. */
async function projectsOf({ api }: ConnectedContext): Promise<readonly Project[]> {
  const { ProjectSet } = await api.call('GetProjectList', {}).catch((error: unknown) => {
    if (isRefusal(error, ...NO_RIGHT)) return { ProjectSet: [] };
    throw error;
  });
  if (ProjectSet.length > MOST_TRIED) return ProjectSet;
  const allowed = await mapBounded(ProjectSet, REQUESTS_AT_ONCE, ({ ProjectId }) => mayUse(api, ProjectId));
  return ProjectSet.filter((_, index) => allowed[index]);
}

async function mayUse(api: UcloudApi, projectId: string): Promise<boolean> {
  try {
    await api.at({ projectId }).call('GetRegion', {});
    return true;
  } catch (error) {
    if (isRefusal(error, ...NO_RIGHT)) return false;
    throw error;
  }
}

async function projectRefused(interview: ConnectedContext, id: string, projects: readonly Project[]): Promise<Error> {
  const error = await interview.api
    .at({ projectId: id })
    .call('GetRegion', {})
    .then(
      () => undefined,
      (refusal: unknown) => refusal,
    );
  return new UsageError(`project "${id}" is none that these keys may use`, {
    code: 'ucloud-project',
    why: `they may use ${projects.map(nameOf).join(', ')}`,
    next: interview.again({ projectId: (projects.find(({ IsDefault }) => IsDefault) ?? projects[0])?.ProjectId ?? '' }),
    cause: error,
  });
}

async function settleRegion(interview: InterviewContext, entries: readonly RegionEntry[]): Promise<string> {
  const names = [...new Set(entries.map(({ Region }) => Region))];
  const known = interview.settings().region ?? '';
  if (interview.isSettled('region') || interview.silent) {
    if (!names.includes(known))
      throw refuseValue(interview, { key: 'region', value: known, offered: names, instead: suggest(known, names) ?? names[0] });
    if (!interview.isSettled('region')) interview.answer({ region: known });
    return known;
  }
  const usual = names.includes(known) ? known : (entries.find(({ IsDefault }) => IsDefault)?.Region ?? names[0] ?? '');
  const choices = names.map((name) => {
    const zones = entries.filter(({ Region }) => Region === name);
    return { value: name, hint: `${zones[0]?.RegionName ?? ''}, ${zones.length} zone${zones.length === 1 ? '' : 's'}` };
  });
  const region = await interview.ctx.ui.ask.choice({ message: 'Region', choices, default: usual });
  interview.answer({ region });
  return region;
}

const WANTED_ZONES = 3;

async function settleZones(interview: InterviewContext, offered: readonly string[]): Promise<void> {
  const { ui } = interview.ctx;
  const known = interview.settings().zones ?? [];
  const unknown = known.find((zone) => !offered.includes(zone));
  if (interview.isSettled('zones') && unknown !== undefined) throw noZone(interview, unknown, offered);
  const usual = known.length > 0 && unknown === undefined ? known : offered.slice(0, WANTED_ZONES);
  const asks = !interview.silent && !interview.isSettled('zones') && offered.length > 1;
  const zones = asks ? await askForZones(interview, offered, usual) : usual;
  if (!interview.isSettled('zones')) interview.answer({ zones });
  if (zones.length < WANTED_ZONES) {
    const has = offered.length < WANTED_ZONES ? `${interview.settings().region} has ${offered.length}` : `${zones.length} chosen`;
    ui.warn(`Fewer than three zones (${has}): servers share them, and losing one may cost the majority`);
  }
}

/** Refuses unknown zones, and proposes the known ones with others of the region in place of the unknown. */
function noZone(interview: InterviewContext, unknown: string, offered: readonly string[]): Error {
  const known = interview.settings().zones ?? [];
  const good = known.filter((zone) => offered.includes(zone));
  const others = offered.filter((zone) => !good.includes(zone));
  const instead = [...good, ...others].slice(0, known.length);
  return refuseValue(interview, { key: 'zones', value: unknown, offered, instead: instead.length === 0 ? undefined : instead });
}

async function askForZones(
  { ctx: { ui } }: InterviewContext,
  offered: readonly string[],
  usual: readonly string[],
): Promise<readonly string[]> {
  for (;;) {
    const zones = await ui.ask.choices({ message: 'Zones, three at most', choices: offered.map((value) => ({ value })), default: usual });
    if (zones.length >= 1 && zones.length <= WANTED_ZONES) return zones;
    ui.warn(zones.length === 0 ? 'At least one zone is needed' : `${zones.length} zones are too many`);
  }
}
