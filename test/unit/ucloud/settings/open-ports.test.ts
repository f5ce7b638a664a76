import { expect, test } from 'vitest';
import { DEFAULT_PORTS, SECURED_PORTS } from '../../../../src/cluster/agent-ports.js';
import { openPorts } from '../../../../src/ucloud/settings/open-ports.js';

test('ssh everywhere, the API of each server, and ports of tasks for who wants them', () => {
  expect(openPorts(DEFAULT_PORTS, { openDynamicPorts: false })).toEqual({
    'consul-server': ['22', '8500'],
    'nomad-server': ['22', '4646'],
    client: ['22'],
  });
  expect(openPorts(SECURED_PORTS, { openDynamicPorts: true })).toEqual({
    'consul-server': ['22', '8501'],
    'nomad-server': ['22', '4646'],
    client: ['22', '20000-32000'],
  });
});
