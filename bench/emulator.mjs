import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { startEmulator } from './cloud.mjs';
import { median } from './harness.mjs';

/** The emulated UCloud, as its clients meet it: signed requests over kept connections, a hundred hosts in the store. */
export const ids = ['emulator-ready', 'emulator-describe', 'emulator-describe-all', 'emulator-memory'];

const HOSTS = 100;
const CALLERS = 16;
const LOAD_MS = 8000;

export async function measure(bench, { runs, wants, stopped }) {
  const rows = [];
  const ready = [];
  for (let round = 0; wants('emulator-ready') && round < runs && !stopped(); round++) {
    const emulator = await start(bench);
    ready.push(emulator.ms);
    await emulator.stop();
  }
  if (ready.length > 0) rows.push({ id: 'emulator-ready', ours: ready, bar: '<= 300 ms', judge: (ours) => median(ours) <= 300 });
  if (ids.slice(1).some(wants)) rows.push(...(await underLoad(bench)));
  return rows;
}

/** Pages of 20, as clients ask for them by themselves, then pages of all hosts. */
async function underLoad(bench) {
  const emulator = await start(bench);
  try {
    await createHosts(emulator);
    const pages = await describedPerSecond(emulator, {});
    const all = await describedPerSecond(emulator, { Limit: String(HOSTS) });
    const largest = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${emulator.pid}/status`, 'utf8'))[1]) / 1024;
    const perSecond = { unit: '/s', bar: '>= 1000 /s', judge: ([ours]) => ours >= 1000 };
    return [
      { id: 'emulator-describe', ours: [pages], ...perSecond },
      { id: 'emulator-describe-all', ours: [all], ...perSecond },
      { id: 'emulator-memory', ours: [largest], unit: 'MB', bar: '<= 120 MB', judge: ([ours]) => ours <= 120 },
    ];
  } finally {
    await emulator.stop();
  }
}

async function describedPerSecond({ call }, params) {
  const before = performance.now();
  let answered = 0;
  const caller = async () => {
    while (performance.now() - before < LOAD_MS) {
      await call('DescribeUHostInstance', params);
      answered++;
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  return answered / ((performance.now() - before) / 1000);
}

async function createHosts({ call, zone }) {
  const { ImageSet } = JSON.parse(await call('DescribeImage', { OsType: 'Linux' }));
  const disks = { 'Disks.0.IsBoot': 'true', 'Disks.0.Type': 'CLOUD_SSD', 'Disks.0.Size': '20' };
  const eip = { 'NetworkInterface.0.EIP.Bandwidth': '1', 'NetworkInterface.0.EIP.OperatorName': 'Bgp' };
  const password = Buffer.from('Example-12').toString('base64');
  await call('CreateUHostInstance', {
    Zone: zone,
    ImageId: ImageSet[0].ImageId,
    Password: password,
    MaxCount: String(HOSTS),
    ...disks,
    ...eip,
  });
}

export async function start(bench, ...more) {
  const { ms, pid, facts, stop: stopEmulator } = await startEmulator(bench, ...more);
  const { baseUrl, publicKey, privateKey, projectId, region, zone } = facts;
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
  const call = async (action, params) => {
    const all = { Action: action, Region: region, ProjectId: projectId, PublicKey: publicKey, ...params };
    const joined = Object.keys(all)
      .sort()
      .map((name) => name + all[name])
      .join('');
    const body = new URLSearchParams({
      ...all,
      Signature: createHash('sha1')
        .update(joined + privateKey)
        .digest('hex'),
    }).toString();
    return await post(baseUrl, { agent, body });
  };
  const stop = async () => {
    agent.destroy();
    await stopEmulator();
  };
  return { ms, pid, zone, call, stop };
}

function post(url, { agent, body }) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve(Buffer.concat(chunks).toString()));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
