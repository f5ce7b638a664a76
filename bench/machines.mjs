import { setTimeout as delay } from 'node:timers/promises';
import { start } from './emulator.mjs';
import { median, run } from './harness.mjs';

/**
 * Hosts that are containers: ten of one request, from the request until all run (sshd listens) and until all have run their
 * user data. Made once before, so that the image is there.
 */
export const ids = ['machines-ten', 'machines-ten-user-data'];

const HOSTS = 10;
const POLL_MS = 100;

export async function measure(bench, { runs, wants, stopped }) {
  const engine = await run('docker', ['info'], { env: process.env }).catch(() => undefined);
  if (engine === undefined || process.getuid() !== 0)
    return [{ id: 'machines-ten', ours: [], note: 'left out: it takes docker, and root' }];
  const emulator = await start(bench, '--machines', 'docker', '--time-scale', '1');
  const [ready, ran] = [[], []];
  try {
    // Each round takes half a minute.
    for (let round = 0; round < Math.min(runs, 3) && !stopped(); round++) {
      const times = await ten(emulator);
      ready.push(times.ready);
      ran.push(times.ran);
    }
  } finally {
    await emulator.stop();
  }
  const rows = [
    { id: 'machines-ten', ours: ready, bar: '<= 15 s', judge: (ours) => median(ours) <= 15_000 },
    { id: 'machines-ten-user-data', ours: ran },
  ];
  return rows.filter(({ id }) => wants(id));
}

async function ten({ call, zone }) {
  const ask = async (action, params = {}) => {
    const reply = JSON.parse(await call(action, params));
    if (reply.RetCode !== 0) throw new Error(`${action}: ${reply.RetCode} ${reply.Message}`);
    return reply;
  };
  const { ImageSet } = await ask('DescribeImage', { OsType: 'Linux', Limit: '100' });
  // Users' data tells the end of itself by shutting the host down: nothing has to log in.
  const userData = Buffer.from('#!/bin/sh\nsystemctl poweroff --no-block\n').toString('base64');
  const startedAt = performance.now();
  const { UHostIds } = await ask('CreateUHostInstance', {
    Zone: zone,
    ImageId: ImageSet.find(({ OsName }) => OsName.startsWith('Debian 12')).ImageId,
    Password: Buffer.from('Example-12').toString('base64'),
    MaxCount: String(HOSTS),
    UserData: userData,
    'Disks.0.IsBoot': 'true',
    'Disks.0.Type': 'CLOUD_SSD',
    'Disks.0.Size': '20',
  });
  const seen = new Set();
  const until = async (enough) => {
    for (;;) {
      const { UHostSet } = await ask('DescribeUHostInstance', { Limit: '100' });
      for (const { UHostId, State } of UHostSet) if (State === 'Running' || State === 'Stopped') seen.add(UHostId);
      if (enough(UHostSet)) return performance.now() - startedAt;
      await delay(POLL_MS);
    }
  };
  const ready = await until(() => seen.size === HOSTS);
  const ran = await until((hosts) => hosts.every(({ State }) => State === 'Stopped'));
  for (const UHostId of UHostIds) await ask('TerminateUHostInstance', { UHostId });
  return { ready, ran };
}
