import type { Conflict } from '../../options/conflict.js';
import type { LocalSettings } from '../local-options.js';

/** Settings that only a secured cluster can have. */
export function profileConflicts({ profile, clientCertificates, clientIntroduction }: Partial<LocalSettings>): Conflict[] {
  if (profile !== 'poc') return [];
  const conflict = (setting: string): Conflict => ({
    text: `${setting} is for clusters with profile secure, and this one has profile poc`,
    why: 'agents of profile poc do whatever anybody asks: they speak no TLS, and know nobody by certificates or tokens',
    fix: { profile: 'secure' },
  });
  return [
    ...(clientCertificates ? [conflict('clientCertificates')] : []),
    ...(clientIntroduction === 'strict' ? [conflict('clientIntroduction strict')] : []),
  ];
}
