/** IPv4 networks, as unsigned numbers. */
export interface Network {
  readonly base: number;
  readonly bits: number;
}

export function toNumber(ip: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(ip)) return undefined;
  const parts = ip.split('.').map(Number);
  return parts.some((part) => part > 255) ? undefined : parts.reduce((sum, part) => sum * 256 + part, 0);
}

export function toIp(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

export function parseCidr(text: string): Network | undefined {
  const [ip = '', bits = '', ...rest] = text.split('/');
  const base = toNumber(ip);
  if (base === undefined || rest.length > 0 || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return undefined;
  return { base, bits: Number(bits) };
}

export const sizeOf = ({ bits }: Network): number => 2 ** (32 - bits);

export function contains(outer: Network, inner: Network): boolean {
  return outer.bits <= inner.bits && inner.base >= outer.base && inner.base + sizeOf(inner) <= outer.base + sizeOf(outer);
}

export function overlaps(a: Network, b: Network): boolean {
  return a.base < b.base + sizeOf(b) && b.base < a.base + sizeOf(a);
}

/** The same network with its host bits zero. */
export function aligned({ base, bits }: Network): Network {
  return { base: base - (base % sizeOf({ base, bits })), bits };
}
