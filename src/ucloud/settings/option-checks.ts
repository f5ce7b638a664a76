import { isIPv4, isIPv6 } from 'node:net';
import { ruled, type Check } from '../../options/option.js';
import { quoteValue } from '../../options/quote-value.js';
import { aligned, contains, overlaps, parseCidr, toIp, type Network } from '@nomadctl/base/ipv4';

/** UCloud sells cloud disks in steps of 10 GB, the smallest of 20: https://docs.ucloud.cn/api/uhost-api/disk_type */
export const diskSize: Check<number> = ruled(
  (value) =>
    value === 0 || (value >= 20 && value <= 8000 && value % 10 === 0) ? undefined : 'must be 0, or between 20 and 8000 in steps of 10',
  { multipleOf: 10, maximum: 8000, anyOf: [{ const: 0 }, { minimum: 20 }] },
);

const ID = /^[\w.-]+$/;

/** What UCloud calls a thing: no text at all would mean another one, or any. */
export const id: Check<string> = ruled((value) => (ID.test(value) ? undefined : 'must be an id, of letters, digits, - and _'), {
  pattern: ID.source,
});

export const idOrNone: Check<string> = ruled((value) => (value === '' ? undefined : id(value)), {
  anyOf: [{ const: '' }, { pattern: ID.source }],
});

const JUMP_HOST = /^(direct|([\w.-]+@)?([A-Za-z0-9][\w.-]*|\[[0-9A-Fa-f:]+\])(:\d{1,5})?)$/;

/** What ssh may be given as a destination, a port of its own with it. */
export const jumpHostOrNone: Check<string> = ruled(
  (value) => (value === '' || JUMP_HOST.test(value) ? undefined : 'must be direct, or such as root@203.0.113.9 or ops@jump.example:2222'),
  { anyOf: [{ const: '' }, { pattern: JUMP_HOST.source }] },
);

export const absoluteOrNone: Check<string> = ruled(
  (value) => (value === '' || value.startsWith('/') ? undefined : 'must begin with /: it is looked for from any folder'),
  { anyOf: [{ const: '' }, { pattern: '^/' }] },
);

const WEB_ADDRESS = /^https?:\/\/[^\s/]+/;

/** The cluster file holds no secret, and neither do images, which are made with these addresses. */
export const webAddress: Check<string> = ruled(
  (value) => {
    if (!WEB_ADDRESS.test(value)) return 'must begin with https:// or http://';
    return /^https?:\/\/[^/]*@/.test(value) ? 'must not hold a user or password: they would be kept in plain text' : undefined;
  },
  { pattern: WEB_ADDRESS.source },
);

export const webAddressOrNone: Check<string> = ruled((value) => (value === '' ? undefined : webAddress(value)), {
  anyOf: [{ const: '' }, { pattern: WEB_ADDRESS.source }],
});

export const webAddresses: Check<readonly string[]> = (values) => firstProblem(values, webAddress);

const MOST_ZONES = 3;

export const zoneNames: Check<readonly string[]> = ruled(
  (zones) => (zones.length > MOST_ZONES ? 'must be three at most' : (twice(zones) ?? firstProblem(zones, id))),
  { maxItems: MOST_ZONES, uniqueItems: true },
);

const PUBLIC_KEY =
  /^(ssh-(ed25519|rsa)|ecdsa-sha2-nistp\d+|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com) [A-Za-z0-9+/]{16,}={0,2}( [^\n]*)?$/;

/** Lines of authorized_keys, without options. */
export const publicKeys: Check<readonly string[]> = (keys) => {
  // Not quoted: who pastes the wrong half pastes a secret.
  if (keys.some((key) => /PRIVATE KEY/.test(key))) return 'must be public keys, and this is a private one: give the line of the .pub file';
  return twice(keys) ?? firstProblem(keys, (key) => (PUBLIC_KEY.test(key) ? undefined : 'must be a line such as ssh-ed25519 AAAA… name'));
};

function firstProblem(words: readonly string[], check: Check<string>): string | undefined {
  const wrong = words.find((word) => check(word) !== undefined);
  return wrong === undefined ? undefined : `${quoteValue(wrong)} ${check(wrong)}`;
}

function twice(words: readonly string[]): string | undefined {
  const word = words.find((candidate, index) => words.indexOf(candidate) !== index);
  return word === undefined ? undefined : `"${word}" is there twice`;
}

const INSTANCE_TYPE = /^[a-z]+-(highcpu|basic|standard|highmem)-(1|\d*[02468])$/;

export const instanceType: Check<string> = ruled(
  (value) =>
    INSTANCE_TYPE.test(value)
      ? undefined
      : 'must be such as o-standard-4: family, highcpu, basic, standard or highmem, and a number of cores',
  { pattern: INSTANCE_TYPE.source },
);

const PROVIDER = /^[a-z0-9-]+\/[a-z0-9-]+(@\d+\.\d+\.\d+)?$/;

/** Terraform's providers, with or without a version. */
export const providers: Check<readonly string[]> = ruled(
  (words) => {
    const wrong = words.find((word) => !PROVIDER.test(word));
    return wrong === undefined ? undefined : `"${wrong}" must be such as ucloud/ucloud or ucloud/ucloud@1.39.2`;
  },
  { items: { pattern: PROVIDER.source } },
);

/** A firewall of UCloud's takes 1000 rules, and user data, where hosts find the private ones of these, 16384 characters. */
const MOST_RANGES = 100;

/** Who may come from outside: at least one range, each with an address that somebody may have. */
export const callers: Check<readonly string[]> = (words) =>
  firstProblem(words, (word) => cidrProblem(word) ?? nobodyIn(word)) ??
  twice(words) ??
  (words.length > MOST_RANGES
    ? `must be ${MOST_RANGES} ranges at most (are ${words.length}): join those that lie side by side`
    : undefined);

/** https://www.iana.org/assignments/iana-ipv4-special-registry and .../multicast-addresses: nobody sends from there. */
function nobodyIn(text: string): string | undefined {
  const range = parseCidr(text);
  return range && range.bits > 0 && NOBODY.some((network) => contains(network, range)) ? "has nobody's addresses" : undefined;
}

/** What UCloud takes for VPCs: inside a private range, no wider than it, no narrower than /29, host bits zero. */
export const vpcCidr: Check<string> = (value) => {
  const problem = cidrProblem(value);
  const range = parseCidr(value);
  if (problem !== undefined || range === undefined) return problem;
  if (!PRIVATE.some((candidate) => contains(candidate, range))) return 'must lie in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16';
  // The subnet is the first /24 of it.
  return range.bits <= 24 ? undefined : 'must be at least a /24';
};

/**
 * Rules of firewalls have an IPv4 source (https://docs.ucloud.cn/api/unet-api/create_firewall); `cidr_block` of terraform's provider 1.39.2
 * takes prefixes of 32 bits at most (resource_ucloud_security_group.go), and its hosts have no address of IPv6 that one could ask.
 */
function cidrProblem(text: string): string | undefined {
  if (isIPv6(text.split('/', 1)[0] ?? ''))
    return 'is of IPv6, and addresses and firewalls of hosts at UCloud are of IPv4 alone: name the IPv4 range that is meant';
  if (isIPv4(text)) return `must be a range: ${text}/32 is this address alone`;
  const range = isIPv4(text.split('/', 1)[0] ?? '') ? parseCidr(text) : undefined;
  if (range === undefined) return 'must be a range such as 203.0.113.7/32';
  const { base, bits } = aligned(range);
  return range.base === base ? undefined : `must end in zeros after its ${bits} bits: ${toIp(base)}/${bits}`;
}

const ranges = (...texts: string[]): Network[] => texts.flatMap((text) => parseCidr(text) ?? []);
const PRIVATE = ranges('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16');
const NOBODY = ranges('0.0.0.0/8', '224.0.0.0/3');
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
