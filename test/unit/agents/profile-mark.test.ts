import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasStarted, markProfile, profileOf } from '../../../src/agents/profile/profile-mark.js';
import { refuseOtherProfile } from '../../../src/agents/profile/refuse-other-profile.js';
import { hintMatching } from '../../helpers/hint-line.js';
import { tempHome } from '../../helpers/temp-home.js';
import { thrown } from '../../helpers/thrown.js';

const folder = async (): Promise<string> => join(await tempHome(), 'agents');
const start = (agents: string): Promise<unknown> => mkdir(join(agents, 'server-1', 'consul', 'data'), { recursive: true });
const wish = (agents: string, profile: 'secure' | 'poc') => ({ name: 'dev', paths: { agents }, settings: { profile } });

describe('the profile of agents', () => {
  it('is none before there are any, and then what they were made with', async () => {
    const agents = await folder();
    expect(profileOf(agents)).toBeUndefined();
    await markProfile(agents, 'secure');
    expect(profileOf(agents)).toBe('secure');
    await markProfile(agents, 'poc');
    expect(profileOf(agents)).toBe('poc');
  });

  it('is poc for those of an earlier release', async () => {
    const agents = await folder();
    await mkdir(agents, { recursive: true });
    expect(profileOf(agents)).toBe('poc');
  });

  it('may change until one has been started', async () => {
    const agents = await folder();
    refuseOtherProfile(wish(agents, 'secure'));
    await markProfile(agents, 'poc');
    expect(hasStarted(agents)).toBe(false);
    refuseOtherProfile(wish(agents, 'secure'));
    await start(agents);
    expect(hasStarted(agents)).toBe(true);
    refuseOtherProfile(wish(agents, 'poc'));
    // A plain one may become secure, and a secured one stays so.
    refuseOtherProfile(wish(agents, 'secure'));
    await markProfile(agents, 'secure');
    const error = await thrown(() => refuseOtherProfile(wish(agents, 'poc')));
    expect(error).toMatchObject({
      code: 'profile-fixed',
      message: 'cluster dev is secured, and cannot have profile poc',
      next: hintMatching(/nomadctl up dev --profile secure, or make it anew: nomadctl down dev && nomadctl up dev --profile poc/),
    });
  });
});
