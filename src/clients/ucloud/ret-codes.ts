import { ApiError, PrerequisiteError, type NomadctlError } from '@nomadctl/base/errors';
import { hint, nomadctl, type Hint } from '@nomadctl/base/hint/hint';

/** A refusal of UCloud, as it came. `details` of the errors that this client throws has this shape. */
export interface UcloudRefusal {
  readonly action: string;
  readonly retCode: number;
  readonly message: string;
}

interface Meaning {
  /** Stable word for the error's code. */
  readonly code: string;
  readonly says: string;
  readonly next?: Hint;
  /** Something that the account lacks: a key, a right, quota, money. Exit code 3 instead of 1. */
  readonly lacking?: boolean;
}

const CONSOLE = 'https://console.ucloud.cn/uaccount/api_manage';
const KEYS = hint`${nomadctl`init`}   asks for the keys again; they are at ${CONSOLE}`;
const RIGHTS = hint`ask for the right, or use other keys`;

/** Too many requests at once: it was not carried out. */
export const THROTTLED = 153;
/** The gateway, or the service behind it, did not manage: nobody knows what became of it. */
export const GATEWAY: readonly number[] = [110, 130, 150];

/**
 * Codes worth a word of ours. The first thousand is the gateway's, the others are of the products.
 * https://docs.ucloud.cn/api/summary/gateway and error_code of each product
 */
const meanings: Readonly<Record<number, Meaning>> = {
  110: { code: 'gateway', says: 'the service behind the gateway did not answer in time', next: hint`try again` },
  130: { code: 'gateway', says: "UCloud's gateway failed", next: hint`try again` },
  150: { code: 'gateway', says: 'the service is not available for now', next: hint`try again` },
  153: { code: 'throttled', says: 'too many requests at once', next: hint`try again in a minute` },
  160: { code: 'protocol', says: 'the address may not be that of the UCloud API', next: nomadctl`config explain baseUrl` },
  161: { code: 'protocol', says: 'this service does not know the action', next: nomadctl`config explain baseUrl` },
  170: { code: 'keys', says: 'the request was not signed', next: KEYS, lacking: true },
  171: { code: 'keys', says: 'the private key does not belong to the public key', next: KEYS, lacking: true },
  172: { code: 'keys', says: 'there is no such public key', next: KEYS, lacking: true },
  174: { code: 'keys', says: 'the session has ended', next: KEYS, lacking: true },
  220: { code: 'parameters', says: 'a parameter is missing' },
  230: { code: 'parameters', says: 'a value is wrong, or the keys have no right to this region', next: nomadctl`init` },
  292: { code: 'project', says: 'there is no such project, or the keys have no right to it', next: nomadctl`init`, lacking: true },
  293: { code: 'rights', says: 'the keys have no right to this zone', next: RIGHTS, lacking: true },
  294: { code: 'rights', says: "the keys may not be used from this computer's address", next: RIGHTS, lacking: true },
  295: { code: 'rights', says: 'the account is locked for safety', next: hint`unlock it in the console of UCloud`, lacking: true },
  299: { code: 'rights', says: 'the keys have no right to this', next: RIGHTS, lacking: true },
  4018: { code: 'balance', says: 'the balance is too low', next: hint`top up the account`, lacking: true },
  4207: {
    code: 'quota',
    says: 'the quota of public addresses is used up',
    next: hint`ask UCloud for more, or set publicAddresses to servers`,
    lacking: true,
  },
  4361: { code: 'in-use', says: 'the firewall still protects something' },
  4411: { code: 'in-use', says: 'UCloud has not released the addresses of the subnet yet', next: nomadctl`down --wait-network` },
  8095: { code: 'quota', says: 'the quota of hosts is used up', next: hint`ask UCloud for more, or set a smaller size`, lacking: true },
  8847: { code: 'quota', says: 'the subnet has no free address', lacking: true },
  17067: {
    code: 'quota',
    says: 'the quota of disks is used up',
    next: hint`ask UCloud for more, or set smaller data disks`,
    lacking: true,
  },
};

/** What a code means, for what other programs report of UCloud's answers. Nothing for a code that is not worth a word. */
export function meaningOf(retCode: number): { readonly says: string; readonly next?: Hint; readonly isQuota: boolean } | undefined {
  const meaning = meanings[retCode];
  if (meaning === undefined) return undefined;
  return { says: meaning.says, isQuota: meaning.code === 'quota', ...(meaning.next ? { next: meaning.next } : {}) };
}

/** Beginning of the codes of errors below; `ucloud-keys`, `ucloud-quota`. */
const PREFIX = 'ucloud-';

/** Where a pair of keys is from, and the command by which others are taken. */
export interface KeysOrigin {
  /** Such as `UCLOUD_PUBLIC_KEY and UCLOUD_PRIVATE_KEY`. */
  readonly where: string;
  readonly next: Hint;
}

/** One error for a refusal, with what UCloud said and what it means. */
export function refusalError(refusal: UcloudRefusal, url: string, origin?: KeysOrigin): NomadctlError {
  const { action, retCode, message } = refusal;
  const meaning = meanings[retCode];
  const Kind = meaning?.lacking ? PrerequisiteError : ApiError;
  const isAboutKeys = meaning?.code === 'keys';
  const said = message === '' ? [] : [`UCloud said: ${message}`];
  return new Kind(`UCloud refused ${action} with code ${retCode}${meaning ? `: ${meaning.says}` : ''}`, {
    code: `${PREFIX}${meaning?.code ?? 'refused'}`,
    why: [
      ...said,
      `at ${url}`,
      ...(isAboutKeys && origin ? [`the keys are those of ${origin.where}; UCloud shows them at ${CONSOLE}`] : []),
    ],
    next: isAboutKeys && origin ? origin.next : meaning?.next,
    details: { ...refusal },
  });
}

/** The refusal that an error stands for, or nothing. */
export function refusalOf(error: unknown): UcloudRefusal | undefined {
  const details = (error as Partial<NomadctlError> | undefined)?.details;
  return typeof details?.['retCode'] === 'number' ? (details as unknown as UcloudRefusal) : undefined;
}

/** Whether UCloud refused with one of these codes. */
export function isRefusal(error: unknown, ...codes: readonly number[]): boolean {
  const refusal = refusalOf(error);
  return refusal !== undefined && (codes.length === 0 || codes.includes(refusal.retCode));
}
