import { expect, test } from 'vitest';
import { furnishNode } from '../../../src/machines/furnish-node.js';
import type { HostFile, HostShell } from '../../../src/machines/host-shell.js';

/** Remembers what it is told; files are kept as a host keeps them. */
function recordedShell() {
  const [ran, files] = [[] as string[], new Map<string, HostFile>()];
  const shell: HostShell = {
    run: (what, script) => Promise.resolve(void ran.push(`${what}: ${script}`)).then(() => ''),
    put(file) {
      const isNew = files.get(file.path)?.content !== file.content;
      files.set(file.path, file);
      return Promise.resolve(isNew);
    },
    close: () => Promise.resolve(),
  };
  return { shell, ran, files };
}

const VOLUMES = [
  { name: 'srv-cache', path: '/srv/cache', device: '/dev/vdc' },
  { name: 'srv-logs', path: '/srv/logs', device: '/dev/vdd' },
];

test('disks are mounted before Nomad is told, which starts anew for something different alone', async () => {
  const { shell, ran, files } = recordedShell();
  await furnishNode(shell, { volumes: VOLUMES, meta: { tier: 'fast' } });
  expect(ran.map((text) => text.split(':')[0])).toEqual(['mounting volumes', 'telling Nomad of its class']);
  expect(ran[0]).toMatch(/first-boot-done[^]*prepare-data-disk \/dev\/vdc \/srv\/cache\n[^]*prepare-data-disk \/dev\/vdd \/srv\/logs\n/);
  expect(ran[1]).toMatch(/is-active nomad; then\n.*nomad config validate [^]*systemctl --no-block restart nomad\nfi$/);
  expect(JSON.parse(String(files.get('/etc/nomad.d/class.json')?.content))).toEqual({
    client: { meta: { tier: 'fast' }, host_volume: [{ 'srv-cache': [{ path: '/srv/cache' }] }, { 'srv-logs': [{ path: '/srv/logs' }] }] },
  });
  expect(files.get('/etc/systemd/system/nomad.service.d/nomadctl-volumes.conf')?.content).toContain(
    'RequiresMountsFor=/opt/nomad /srv/cache /srv/logs\n',
  );
  await furnishNode(shell, { volumes: VOLUMES, meta: { tier: 'fast' } });
  expect(ran).toHaveLength(3);
});
