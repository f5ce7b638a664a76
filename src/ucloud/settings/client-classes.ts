import type { Check } from '../../options/option.js';
import { diskSize, id, instanceType, zoneNames } from './option-checks.js';
import { chargeTypes, type ChargeType } from './charge-types.js';
import { bootDiskTypes, dataDiskTypes, volumeTypes, type BootDiskType, type DataDiskType, type VolumeType } from './disk-types.js';

/** Of all classes together. */
export const MOST_CLIENTS = 200;

/** A class of clients, as one word of the setting says it. What it does not say is as the settings say it of all clients. */
export interface ClientClass {
  readonly name: string;
  readonly count: number;
  readonly instanceType?: string;
  /** Id of the image. */
  readonly image?: string;
  /** In GB; without it as large as the image. */
  readonly bootDisk?: number;
  readonly bootDiskType?: BootDiskType;
  /** In GB, at Nomad's folder; 0: none. */
  readonly dataDisk?: number;
  readonly dataDiskType?: DataDiskType;
  readonly chargeType?: ChargeType;
  readonly zones?: readonly string[];
  readonly volumes?: readonly Volume[];
  /** Nomad's `meta` of these nodes. */
  readonly meta?: Readonly<Record<string, string>>;
}

/** A disk that a client has besides: mounted in its place, and a host volume of Nomad's. */
export interface Volume {
  /** Of the host volume: the path with `-` for `/`. */
  readonly name: string;
  readonly path: string;
  /** In GB. */
  readonly size: number;
  /** Absent: the class's `dataDiskType`. */
  readonly type?: VolumeType;
}

type Fields = { -readonly [Key in keyof ClientClass]: ClientClass[Key] };

const EXAMPLE = 'such as batch:2:o-highcpu-8';

/** What a field of a word says, or what is wrong with it. */
const FIELDS: Readonly<Record<string, (value: string, into: Fields) => string | undefined>> = {
  image: (value, into) => id(value) ?? set(into, { image: value }),
  bootDisk: (value, into) => bootSize(Number(value)) ?? set(into, { bootDisk: Number(value) }),
  bootDiskType: (value, into) => oneOf(bootDiskTypes, value, (bootDiskType) => set(into, { bootDiskType })),
  dataDisk: (value, into) => sizeProblem(value) ?? set(into, { dataDisk: Number(value) }),
  dataDiskType: (value, into) => oneOf(dataDiskTypes, value, (dataDiskType) => set(into, { dataDiskType })),
  chargeType: (value, into) => oneOf(chargeTypes, value, (chargeType) => set(into, { chargeType })),
  zones: (value, into) => zoneNames(value.split('+')) ?? set(into, { zones: value.split('+') }),
  volume: addVolume,
};

/** Each word `name:count`, `name:count:instance-type`, either with fields behind it. */
export const clientClasses: Check<readonly string[]> = (words) => {
  const problem = words.map((word) => readClientClass(word)).find((read) => typeof read === 'string');
  if (problem !== undefined) return problem;
  const classes = words.flatMap((word) => parseClientClass(word) ?? []);
  const names = classes.map(({ name }) => name);
  const doubled = names.find((name, index) => names.indexOf(name) !== index);
  if (doubled !== undefined) return `class "${doubled}" is there twice`;
  const all = classes.reduce((sum, { count }) => sum + count, 0);
  return all <= MOST_CLIENTS ? undefined : `must be ${MOST_CLIENTS} clients at most in all classes together (are ${all})`;
};

/** Nothing when the word is none. */
export function parseClientClass(word: string): ClientClass | undefined {
  const read = readClientClass(word);
  return typeof read === 'string' ? undefined : read;
}

/** The word that says it. */
export function formatClientClass(one: ClientClass): string {
  const { name, count, instanceType: type, volumes = [], meta = {}, zones, ...plain } = one;
  return [
    [name, count, ...(type === undefined ? [] : [type])].join(':'),
    ...Object.entries(plain).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`])),
    ...(zones === undefined ? [] : [`zones=${zones.join('+')}`]),
    ...volumes.map(({ path, size, type: kind }) => `volume=${[path, size, ...(kind === undefined ? [] : [kind])].join(':')}`),
    ...Object.entries(meta).map(([key, value]) => `meta.${key}=${value}`),
  ].join(' ');
}

/** The class, or what is wrong with the word. */
function readClientClass(word: string): ClientClass | string {
  const [head = '', ...fields] = word.trim().split(/\s+/);
  const [, name, amount, type] = /^([a-z][a-z0-9-]{0,19}):(\d{1,3})(?::(.+))?$/.exec(head) ?? [];
  if (name === undefined || amount === undefined || (type !== undefined && instanceType(type) !== undefined))
    return `"${head}" must be name:count or name:count:instance-type, ${EXAMPLE}`;
  const read: Fields = { name, count: Number(amount), ...(type === undefined ? {} : { instanceType: type }) };
  const seen = new Set<string>();
  for (const field of fields) {
    const [, key = '', value = ''] = /^([\w.-]+)=(.+)$/.exec(field) ?? [];
    const problem = key === '' ? 'must be key=value' : seen.has(key) && key !== 'volume' ? 'is there twice' : readField(key, value, read);
    if (problem !== undefined) return `"${field}" of class ${name} ${problem}`;
    seen.add(key);
  }
  return read;
}

function readField(key: string, value: string, into: Fields): string | undefined {
  if (key.startsWith('meta.')) return addMeta(key.slice('meta.'.length), value, into);
  const field = FIELDS[key];
  return field ? field(value, into) : `must be one of ${Object.keys(FIELDS).join(', ')}, meta.<key>`;
}

function set(into: Fields, values: Partial<ClientClass>): undefined {
  Object.assign(into, values);
}

function oneOf<Word extends string>(choices: readonly Word[], value: string, then: (word: Word) => undefined): string | undefined {
  const word = choices.find((choice) => choice === value);
  return word === undefined ? `must be one of ${choices.join(', ')}` : then(word);
}

/** https://docs.ucloud.cn/api/uhost-api/disk_type */
function bootSize(value: number): string | undefined {
  return value >= 20 && value <= 500 && value % 10 === 0 ? undefined : 'must be between 20 and 500 in steps of 10';
}

function sizeProblem(value: string): string | undefined {
  return diskSize(/^\d+$/.test(value) ? Number(value) : Number.NaN);
}

/** A disk over a folder of the system's would take the host its programs. */
const PATH = /^\/(srv|mnt|data)(\/[a-z0-9][a-z0-9-]*)+$/;
const MOST_VOLUMES = 8;

function addVolume(value: string, into: Fields): string | undefined {
  const [path = '', gigabytes = '', type, ...rest] = value.split(':');
  const { volumes = [] } = into;
  const size = Number(gigabytes);
  if (!PATH.test(path)) return 'must be such as /srv/cache:100: a path below /srv, /mnt or /data, and GB';
  const problem = gigabytes === '' || size === 0 ? 'must say how many GB, such as /srv/cache:100' : sizeProblem(gigabytes);
  if (problem !== undefined) return problem;
  const kind = volumeTypes.find((candidate) => candidate === type);
  if (rest.length > 0 || (type !== undefined && kind === undefined)) return `must end in one of ${volumeTypes.join(', ')}, or in GB`;
  const name = path.slice(1).replaceAll('/', '-');
  const other = volumes.find((one) => one.name === name || one.path.startsWith(`${path}/`) || path.startsWith(`${one.path}/`));
  if (other) return `takes the place of ${other.path}`;
  if (volumes.length >= MOST_VOLUMES) return `is one too many: a class has ${MOST_VOLUMES} at most`;
  return set(into, { volumes: [...volumes, { name, path, size, ...(kind === undefined ? {} : { type: kind }) }] });
}

/** What agents have there themselves. */
const TAKEN = /^(zone$|connect\.|unique\.)/;

function addMeta(key: string, value: string, into: Fields): string | undefined {
  if (!/^[A-Za-z][\w.-]*$/.test(key)) return 'must be meta.<key>=<value>';
  if (TAKEN.test(key)) return 'is said by Nomad itself';
  return set(into, { meta: { ...into.meta, [key]: value } });
}
