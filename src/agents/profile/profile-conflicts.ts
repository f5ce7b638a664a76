import type { Conflict } from '../../options/conflict.js';
import type { Profile } from './profile-mark.js';

/** Those of the settings that go with a profile. */
interface SecuritySettings {
  readonly profile: Profile;
  readonly clientCertificates: boolean;
  readonly clientIntroduction: 'none' | 'strict';
}

/** Settings that only a secured cluster can have. */
export function profileConflicts({ profile, clientCertificates, clientIntroduction }: Partial<SecuritySettings>): Conflict[] {
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
