import { isIPv4 } from 'node:net';
import { aligned, contains, overlaps, parseCidr, toIp, type Network } from '../../lib/ipv4.js';

/** The problem with a value of an option of this target, or nothing: what can be told without asking UCloud. */
type Check<Value> = (value: Value) => string | undefined;

export const between =
  (least: number, most: number): Check<number> =>
  (value) =>
    value >= least && value <= most ? undefined : `must be between ${least} and ${most}`;

export const odd: Check<number> = (value) =>
  [1, 3, 5].includes(value) ? undefined : 'must be 1, 3 or 5: an even number survives no more failures than one less';

/** UCloud sells cloud disks in steps of 10 GB, the smallest of 20: https://docs.ucloud.cn/api/uhost-api/disk_type */
export const diskSize: Check<number> = (value) =>
  value === 0 || (value >= 20 && value <= 8000 && value % 10 === 0) ? undefined : 'must be 0, or between 20 and 8000 in steps of 10';

const INSTANCE_TYPE = /^[a-z]+-(highcpu|basic|standard|highmem)-(1|\d*[02468])$/;

export const instanceType: Check<string> = (value) =>
  INSTANCE_TYPE.test(value)
    ? undefined
    : 'must be such as o-standard-4: family, highcpu, basic, standard or highmem, and a number of cores';

const PROVIDER = /^[a-z0-9-]+\/[a-z0-9-]+(@\d+\.\d+\.\d+)?$/;

/** Terraform's providers, with or without a version. */
export const providers: Check<readonly string[]> = (words) => {
  const wrong = words.find((word) => !PROVIDER.test(word));
  return wrong === undefined ? undefined : `"${wrong}" must be such as ucloud/ucloud or ucloud/ucloud@1.39.2`;
};

/** Each word `name:count` or `name:count:instance type`. */
export const clientClasses: Check<readonly string[]> = (words) => {
  const wrong = words.find((word) => parseClientClass(word) === undefined);
  if (wrong !== undefined) return `"${wrong}" must be name:count or name:count:instance-type, such as batch:2:o-highcpu-8`;
  const names = words.map((word) => word.split(':')[0]);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? undefined : `class "${twice}" is there twice`;
};

export interface ClientClass {
  readonly name: string;
  readonly count: number;
  /** Absent: the cluster's `clientType`. */
  readonly instanceType?: string;
}

/** Nothing when the word is none. */
export function parseClientClass(word: string): ClientClass | undefined {
  const [, name, amount, type] = /^([a-z][a-z0-9-]{0,19}):(\d{1,3})(?::(.+))?$/.exec(word) ?? [];
  if (name === undefined || amount === undefined || (type !== undefined && instanceType(type) !== undefined)) return undefined;
  return { name, count: Number(amount), ...(type === undefined ? {} : { instanceType: type }) };
}

export const cidrs: Check<readonly string[]> = (words) => {
  const wrong = words.find((word) => cidrProblem(word) !== undefined);
  return wrong === undefined ? undefined : `"${wrong}" ${cidrProblem(wrong)}`;
};

/** What UCloud takes for VPCs: inside a private range, no wider than it, no narrower than /29, host bits zero. */
export const vpcCidr: Check<string> = (value) => {
  const problem = cidrProblem(value);
  const range = parseCidr(value);
  if (problem !== undefined || range === undefined) return problem;
  if (!PRIVATE.some((candidate) => contains(candidate, range))) return 'must lie in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16';
  // The subnet is the first /24 of it.
  return range.bits <= 24 ? undefined : 'must be at least a /24';
};

function cidrProblem(text: string): string | undefined {
  const range = isIPv4(text.split('/', 1)[0] ?? '') ? parseCidr(text) : undefined;
  if (range === undefined) return 'must be a range such as 203.0.113.7/32';
  const { base, bits } = aligned(range);
  return range.base === base ? undefined : `must end in zeros after its ${bits} bits: ${toIp(base)}/${bits}`;
}

const ranges = (...texts: string[]): Network[] => texts.flatMap((text) => parseCidr(text) ?? []);
const PRIVATE = ranges('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16');
const NOT_PUBLIC = [...PRIVATE, ...ranges('127.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16')];

/** Two ranges that share an address. */
export function overlap(a: string, b: string): boolean {
  const [one, other] = [parseCidr(a), parseCidr(b)];
  return one !== undefined && other !== undefined && overlaps(aligned(one), aligned(other));
}

export function isPrivateAddress(address: string): boolean {
  const host = parseCidr(`${address}/32`);
  return host !== undefined && NOT_PUBLIC.some((range) => contains(range, host));
}
