import { describe, test } from 'vitest';
import { goesOnAfter } from '../helpers/goes-on-after.js';
import { findUcloudTerraform, type TerraformPrograms } from '../helpers/terraform-provider.js';

const programs = findUcloudTerraform();
const tools = programs as TerraformPrograms;
const TIMEOUT = { timeout: 180_000 };

describe.skipIf(!programs)('up on UCloud, with terraform and its provider: faults of the network', () => {
  test.each([
    ['CreateVPC', { kind: 'reset', when: 'after' }],
    ['CreateVPCIntercom', { kind: 'reset', when: 'after' }],
    ['AllocateEIP', { kind: 'reset', when: 'after' }],
    ['CreateFirewall', { kind: 'reset', when: 'after' }],
    ['BindEIP', { kind: 'reset', when: 'after' }],
  ] as const)('%s goes wrong in passing (%o): the same run goes on, and nothing is there twice', TIMEOUT, async (action, effect) => {
    await goesOnAfter(tools, { action, effect });
  });
});
