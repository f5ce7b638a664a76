import { readFileSync } from 'node:fs';
import { start } from './emulator.mjs';
import { alternate, median } from './harness.mjs';

/** What an emulator with ten thousand hosts takes for a request, beside one with a hundred, asked in turns. */
export const ids = ['emulator-many-page', 'emulator-many-walk', 'emulator-many-create', 'emulator-many-memory'];

const FEW = 100;
const MANY = 10_000;
const PAGE = 20;
const PAGES = 500;
/** So few that the small one stays small. */
const CREATES = 10;

export async function measure(bench, { runs, stopped }) {
  const emulators = { few: await start(bench), many: await start(bench) };
  try {
    await fill(emulators.few, FEW);
    await fill(emulators.many, MANY);
    const contest = async (task) =>
      await alternate(
        { few: () => timed(() => task(emulators.few, FEW)), many: () => timed(() => task(emulators.many, MANY)) },
        { runs, stopped },
      );
    // Answers are kept between requests: the first round makes them.
    for (const [name, hosts] of [
      ['few', FEW],
      ['many', MANY],
    ])
      for (let offset = 0; offset < hosts; offset += 100) await page(emulators[name], offset, 100);
    const rows = [row('emulator-many-page', await contest(firstPage)), row('emulator-many-walk', await contest(walk))];
    rows.push(row('emulator-many-create', await contest(createSome), CREATES));
    const largest = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${emulators.many.pid}/status`, 'utf8'))[1]) / 1024;
    return [...rows, { id: 'emulator-many-memory', ours: [largest], unit: 'MB', bar: '<= 200 MB', judge: ([ours]) => ours <= 200 }];
  } finally {
    await Promise.all(Object.values(emulators).map(({ stop }) => stop()));
  }
}

function row(id, { few, many }, requests = PAGES) {
  const each = (times) => times.map((ms) => (ms * 1000) / requests);
  const judge = (ours, floor) => median(ours) <= 1.3 * median(floor);
  return { id, ours: each(many), floor: each(few), unit: 'us', bar: '<= 1.3x', judge };
}

async function timed(task) {
  const before = performance.now();
  await task();
  return performance.now() - before;
}

async function firstPage(emulator) {
  for (let count = 0; count < PAGES; count++) await page(emulator, 0);
}

async function walk(emulator, hosts) {
  for (let count = 0; count < PAGES; count++) await page(emulator, (count * PAGE) % hosts);
}

async function page({ call }, offset, limit = PAGE) {
  const { UHostSet } = JSON.parse(await call('DescribeUHostInstance', { Offset: String(offset), Limit: String(limit) }));
  if (UHostSet.length !== limit) throw new Error(`${UHostSet.length} hosts from ${offset} on`);
}

async function createSome(emulator) {
  for (let count = 0; count < CREATES; count++) await create(emulator, 1);
}

async function fill(emulator, hosts) {
  for (let left = hosts; left > 0; left -= 100) await create(emulator, Math.min(left, 100));
}

async function create({ call, zone }, count) {
  const { ImageSet } = JSON.parse(await call('DescribeImage', { OsType: 'Linux', Limit: '1' }));
  const { RetCode, Message } = JSON.parse(
    await call('CreateUHostInstance', {
      ...{ Zone: zone, ImageId: ImageSet[0].ImageId, Password: Buffer.from('Example-12').toString('base64'), MaxCount: String(count) },
      ...{ 'Disks.0.IsBoot': 'true', 'Disks.0.Type': 'CLOUD_SSD', 'Disks.0.Size': '20' },
      ...{ 'NetworkInterface.0.EIP.Bandwidth': '1', 'NetworkInterface.0.EIP.OperatorName': 'Bgp' },
    }),
  );
  if (RetCode !== 0) throw new Error(Message);
}
