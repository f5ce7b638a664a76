import { choice, integer, required, text, withDefault } from './param.js';
import { invalid } from './refusal.js';

/** Parameters that many actions have in common. */
export const id = (): ReturnType<typeof text> => text({ min: 1, max: 100, example: 'id-0000000000' });
export const neededId = (): ReturnType<typeof required<string>> => required(id());
export const name = (): ReturnType<typeof text> => text({ min: 1, max: 63, example: 'example' });
export const neededName = (): ReturnType<typeof required<string>> => required(name());
export const remark = (): ReturnType<typeof text> => text({ max: 255 });
export const tag = (): ReturnType<typeof withDefault<string>> => withDefault(text({ max: 63 }), 'Default');
export const zone = (): ReturnType<typeof text> => text({ min: 1, max: 40, example: 'cn-bj2-02' });

/** How a resource is paid for. */
export const charge = {
  ChargeType: withDefault(choice('Year', 'Month', 'Dynamic', 'Postpay', 'Spot', 'Trial'), 'Month'),
  Quantity: withDefault(integer({ min: 0, max: 100 }), 1),
};

const HOUR = 3_600_000;
const PERIODS: Readonly<Record<string, number>> = { Year: 365 * 24 * HOUR, Month: 30 * 24 * HOUR };

/** How long is paid for at a time, in milliseconds. */
export const periodOf = (chargeType: string): number => PERIODS[chargeType] ?? HOUR;

/** Until when it is paid, in milliseconds. A quantity of 0 is "to the end of the month", here half of one. */
export function paidUntil(now: number, { ChargeType, Quantity }: { readonly ChargeType: string; readonly Quantity: number }): number {
  return now + periodOf(ChargeType) * (Quantity === 0 ? 0.5 : Quantity);
}

/** Kinds of machines: https://docs.ucloud.cn/api/uhost-api/uhost_type. Which there are, the catalogue says. */
export const machineType = (): ReturnType<typeof withDefault<string>> =>
  withDefault(text({ min: 1, max: 20, form: 'a type of DescribeAvailableInstanceTypes, or another one of UCloud', example: 'N' }), 'N');

const MOST_USER_DATA = 16_384;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export const userData = (): ReturnType<typeof text> =>
  text({ max: 21_848, pattern: BASE64, form: 'base64 of at most 16384 bytes', example: 'ZWNobyBoaQ==' });

/** @throws Refusal for more than a host takes: the length of base64 does not tell to the byte. */
export function checkUserData(encoded = ''): void {
  if (Buffer.from(encoded, 'base64').length > MOST_USER_DATA) throw invalid('UserData', 'must be base64 of at most 16384 bytes');
}

export const password = (): ReturnType<typeof text> =>
  text({ max: 200, form: 'base64 of 8 to 30 characters of at least two kinds', example: 'RXhhbXBsZTEy' });

const KINDS_OF_CHARACTERS = [/[a-z]/, /[A-Z]/, /[0-9]/, /[()`~!@#$%^&*\-+=_|{}[\]:;'<>,.?/]/];

/** @throws Refusal for a password that a host would not take. */
export function checkPassword(encoded: string): void {
  const plain = Buffer.from(encoded, 'base64').toString('utf8');
  const kinds = KINDS_OF_CHARACTERS.filter((kind) => kind.test(plain)).length;
  if (plain.length < 8 || plain.length > 30 || kinds < 2 || !/^[\x21-\x7e]+$/.test(plain))
    throw invalid('Password', 'must be base64 of 8 to 30 characters of at least two kinds');
}
