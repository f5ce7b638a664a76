import { UsageError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { Bootstrapper, BootstrapPlace, PlaceFlag, PlaceRequest } from '../../bootstrap/place.js';
import { readPlaceRecord, writePlaceRecord, type PlaceRecord } from '../../bootstrap/place-record.js';
import { places } from '../../bootstrap/places/index.js';
import { chooseCluster } from '../../config/current-cluster.js';
import type { Context } from '../../context.js';
import { openCluster } from '../../targets/open-cluster.js';
import { orSilence } from '../job/job-input.js';
import { flagOf, type CommandInput, type FlagSpec } from '../command.js';

const onFlag: FlagSpec = {
  flag: '--on <place>',
  summary: `where the bootstrapper lives; default: where the last one was, else ${places[0]?.id}`,
  choices: places.map(({ id }) => id),
};

const all: readonly PlaceFlag[] = [...new Map(places.flatMap(({ flags }) => flags.map((flag) => [flag.flag, flag]))).values()];
const spec = ({ flag, summary, choices }: PlaceFlag): FlagSpec => ({ flag, summary, ...(choices ? { choices } : {}) });
const nameOfFlag = ({ flag }: PlaceFlag): string => /^--([\w-]+)/.exec(flag)?.[1] ?? flag;
/** As commander keeps it: `kubeNamespace`. */
const keyOf = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Flags of whatever may have to make a bootstrapper. */
export const makingFlags: readonly FlagSpec[] = [onFlag, ...all.map(spec)];
/** Flags of whatever looks at one. */
export const lookingFlags: readonly FlagSpec[] = [onFlag, ...all.filter(({ says }) => says === 'where').map(spec)];

/** The bootstrapper that a command means. @throws UsageError `flag-elsewhere`; what its place throws */
export async function openBootstrapper(
  input: CommandInput,
  ctx: Context,
  { cluster, purpose }: Pick<PlaceRequest, 'cluster' | 'purpose'>,
): Promise<Bootstrapper> {
  const record = await recordOf(cluster, ctx);
  const place = placeOf(input, record);
  const remembered = record?.on === place.id ? record.flags : {};
  let management: string | undefined;
  const request: PlaceRequest = {
    cluster,
    purpose,
    flag: (name) => flagOf(input, keyOf(name)) ?? remembered[name],
    async connect(name) {
      const connection = await connect(name, cluster, ctx);
      management = connection.cluster;
      return connection;
    },
  };
  try {
    return await place.open(request, ctx);
  } catch (error) {
    if (management === undefined) throw error;
    return await orSilence(Promise.reject(error as Error), { ...aside(ctx), global: { ...ctx.global, cluster: management } });
  }
}

/**
 * Remembers where it lives, for later commands of this jump host.
 * @throws UsageError `bootstrap-elsewhere`: a second one, of another place, would make everything a second time
 */
export async function rememberPlace(cluster: string, { on, place }: Pick<Bootstrapper, 'on' | 'place'>, ctx: Context): Promise<void> {
  const before = await recordOf(cluster, ctx);
  if (before !== undefined && JSON.stringify(before) !== JSON.stringify({ on, flags: place })) {
    const words = Object.entries(before.flags).map(([name, value]) => ` --${name} ${value}`);
    throw new UsageError(`the bootstrapper of cluster ${cluster} lives elsewhere: --on ${before.on}${words.join('')}`, {
      code: 'bootstrap-elsewhere',
      why: 'another one, with a volume of its own, would make everything a second time',
      next: hint`${nomadctl`bootstrap destroy ${cluster}`}   takes down what it made; ${nomadctl`bootstrap up ${cluster}`}   goes on with it`,
    });
  }
  await writePlaceRecord(ctx.paths.cluster(cluster), { on, flags: place });
}

async function recordOf(cluster: string, ctx: Context): Promise<PlaceRecord | undefined> {
  return cluster === '' ? undefined : readPlaceRecord(ctx.paths.cluster(cluster));
}

function placeOf(input: CommandInput, record: PlaceRecord | undefined): BootstrapPlace {
  const asked = flagOf(input, 'on') ?? record?.on;
  const place = places.find(({ id }) => id === asked) ?? places[0];
  if (place === undefined) throw new Error('bootstrappers have no place to live in');
  const strange = all.find(
    (flag) => input.flags[keyOf(nameOfFlag(flag))] !== undefined && !place.flags.some((one) => one.flag === flag.flag),
  );
  if (strange === undefined) return place;
  const others = places.filter(({ flags }) => flags.some((one) => one.flag === strange.flag)).map(({ id }) => id);
  throw new UsageError(`--${nameOfFlag(strange)} is none of a bootstrapper on ${place.id}`, {
    code: 'flag-elsewhere',
    why: `it is of those on ${others.join(' and ')}`,
    next: again({ on: others[0] }),
  });
}

/** @throws UsageError `management-missing`, `cluster-unknown`; PrerequisiteError `cluster-not-up` */
async function connect(name: string | undefined, cluster: string, ctx: Context): ReturnType<PlaceRequest['connect']> {
  const there = aside(ctx);
  const chosen = name ?? (await currentOther(there, cluster));
  return (await openCluster(there, chosen)).connection();
}

/** For a cluster that the command is not about: hints shall not name it, and `--cluster` does not mean it. */
function aside(ctx: Context): Context {
  return { ...ctx, given: { ...ctx.given }, global: { ...ctx.global, cluster: undefined } };
}

async function currentOther(ctx: Context, cluster: string): Promise<string> {
  const { name, exists } = await chooseCluster(ctx);
  if (exists && name !== cluster) return name;
  throw new UsageError(`it is not said whose Nomad runs the bootstrapper of ${cluster}`, {
    code: 'management-missing',
    why: exists ? `the current cluster is ${name} itself` : 'there is no other current cluster',
    next: again({ management: '<cluster>' }),
  });
}
