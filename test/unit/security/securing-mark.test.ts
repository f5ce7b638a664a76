import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NodeRecord } from '../../../src/agents/node-record.js';
import { withSecuredPorts } from '../../../src/agents/node-assignment.js';
import { markProfile } from '../../../src/agents/profile/profile-mark.js';
import { isUpgrade, refuseOtherProfile } from '../../../src/agents/profile/refuse-other-profile.js';
import { endSecuring, markSecuring, securingOf } from '../../../src/security/securing/securing-mark.js';
import { DEFAULT_PORTS, SECURED_PORTS } from '../../../src/cluster/agent-ports.js';
import { tempHome } from '../../helpers/temp-home.js';
import { thrown } from '../../helpers/thrown.js';

const folder = async (): Promise<string> => join(await tempHome(), 'agents');
const wish = (agents: string, profile: 'secure' | 'poc') => ({ name: 'dev', paths: { agents }, settings: { profile } });

describe('the mark of a cluster that becomes secure', () => {
  it('says since when, and how far it is', async () => {
    const agents = await folder();
    expect(securingOf(agents)).toBeUndefined();
    await markSecuring(agents, { begunAt: 5, stage: 'open' });
    expect(securingOf(agents)).toEqual({ begunAt: 5, stage: 'open' });
    await markSecuring(agents, { begunAt: 5, stage: 'closing' });
    expect(securingOf(agents)?.stage).toBe('closing');
    await endSecuring(agents);
    expect(securingOf(agents)).toBeUndefined();
  });

  it('is none where it is cut short: the upgrade then begins anew', async () => {
    const agents = await folder();
    await mkdir(agents, { recursive: true });
    await writeFile(join(agents, 'securing'), '{"begun');
    expect(securingOf(agents)).toBeUndefined();
  });

  it('keeps a cluster from turning back', async () => {
    const agents = await folder();
    await mkdir(join(agents, 'server-1', 'consul', 'data'), { recursive: true });
    await markProfile(agents, 'poc');
    expect(isUpgrade(wish(agents, 'secure'))).toBe(true);
    refuseOtherProfile(wish(agents, 'poc'));
    await markSecuring(agents, { begunAt: 5, stage: 'open' });
    expect(await thrown(() => refuseOtherProfile(wish(agents, 'poc')))).toMatchObject({ code: 'profile-fixed' });
    refuseOtherProfile(wish(agents, 'secure'));
  });
});

describe('nodes whose agents speak TLS', () => {
  const node = (address: string, ports: NodeRecord['ports']): NodeRecord => ({
    name: 'server-1',
    role: 'server',
    address,
    ports,
    taskPorts: [1, 2],
    bootstrapExpect: 1,
  });

  it('have the ports of TLS, and are otherwise as they were', () => {
    const before = [node('127.0.64.1', DEFAULT_PORTS)];
    const after = withSecuredPorts(before);
    expect(after).toEqual([node('127.0.64.1', SECURED_PORTS)]);
    expect(withSecuredPorts(after)).toBe(after);
  });

  it('keep their ports where they share an address', () => {
    const before = [node('127.0.0.1', { ...DEFAULT_PORTS, consulHttp: 16_000, consulGrpc: 16_001 })];
    expect(withSecuredPorts(before)).toBe(before);
  });
});
