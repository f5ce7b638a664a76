import { fromText } from '../../../options/from-text.js';
import { valueProblem } from '../../../options/value-problem.js';
import { describeHosts } from '../../../ucloud/settings/describe-hosts.js';
import { ucloudOptions, type UcloudSettings } from '../../../ucloud/settings/options.js';
import type { InterviewContext, Key } from './interview-context.js';
import { chooseType, type SizeTools, type TypeKey } from './instance-types.js';

/** How many hosts of which size, with which disks: as it is, small, or one by one. */
export async function settleSize(interview: InterviewContext, tools: SizeTools): Promise<void> {
  const now = interview.settings() as UcloudSettings;
  // A new file holds them, whoever was asked: a cluster does not change its size because a release has other defaults.
  if (interview.silent && interview.request.from === undefined) return interview.answer(open(interview, pick(now)));
  if (interview.silent || SIZES.every((key) => interview.isSettled(key))) return;
  const small = { ...now, ...open(interview, SMALL) };
  const presets = [
    { value: 'this', settings: now },
    ...(describeHosts(small) === describeHosts(now) ? [] : [{ value: 'small', settings: small }]),
  ];
  const choices = await Promise.all(
    presets.map(async ({ value, settings }) => ({ value, label: describeHosts(settings), hint: await tools.prices.hint(settings) })),
  );
  const other = { value: 'other', label: 'another size', hint: 'asks for numbers, types and disks' };
  const chosen = await interview.ctx.ui.ask.choice({ message: 'Size', choices: [...choices, other], default: 'this' });
  if (chosen === 'other') return askOneByOne(interview, tools);
  interview.answer(chosen === 'small' ? { ...pick(small), ...(now.clientClasses.length > 0 ? { clientClasses: [] } : {}) } : pick(now));
}

const SIZES = [
  'consulServers',
  'consulServerType',
  'consulDataDisk',
  'nomadServers',
  'nomadServerType',
  'nomadDataDisk',
  'clients',
  'clientType',
  'clientDataDisk',
] as const satisfies readonly Key[];

/** To look around: survives no failure. */
const SMALL: Partial<UcloudSettings> = { consulServers: 1, nomadServers: 1, clients: 1, clientClasses: [], clientType: 'o-basic-2' };

/** What flags and the environment have left open. */
function open(interview: InterviewContext, values: Partial<UcloudSettings>): Partial<UcloudSettings> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !interview.isSettled(key as Key)));
}

function pick(settings: UcloudSettings): Partial<UcloudSettings> {
  return Object.fromEntries(SIZES.map((key) => [key, settings[key]]));
}

const MESSAGES: Readonly<Record<(typeof SIZES)[number], string>> = {
  consulServers: 'How many Consul servers?',
  consulServerType: 'Instance type of Consul servers',
  consulDataDisk: 'Data disk of each Consul server, in GB (0: none)',
  nomadServers: 'How many Nomad servers?',
  nomadServerType: 'Instance type of Nomad servers',
  nomadDataDisk: 'Data disk of each Nomad server, in GB (0: none)',
  clients: 'How many clients?',
  clientType: 'Instance type of clients',
  clientDataDisk: 'Data disk of each client, in GB (0: none)',
};

async function askOneByOne(interview: InterviewContext, tools: SizeTools): Promise<void> {
  for (const key of SIZES) {
    if (interview.isSettled(key)) continue;
    // Classes say themselves how many clients there are.
    if (key === 'clients' && (interview.settings().clientClasses ?? []).length > 0) continue;
    const value = key.endsWith('Type')
      ? await chooseType(interview, { key: key as TypeKey, message: MESSAGES[key], ...tools })
      : await askNumber(interview, key);
    interview.answer({ [key]: value });
  }
}

async function askNumber(interview: InterviewContext, key: (typeof SIZES)[number]): Promise<number> {
  const option = ucloudOptions[key];
  const check = (text: string): string | undefined => valueProblem(option, fromText(option, text));
  const text = await interview.ctx.ui.ask.text({ message: MESSAGES[key], default: String(interview.settings()[key]), check });
  return Number(text);
}
