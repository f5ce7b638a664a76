import { nomadctl } from '@nomadctl/base/hint/hint';
import { ensureOperatorKey } from '../../state/home/operator-key.js';
import type { Command } from '../command.js';

export const command: Command = {
  examples: ['nomadctl state key'],
  about: [
    'Makes your key file of age, once, and prints its public half for state backend --recipient. Keep a copy of the file elsewhere: who has lost',
    'this home and the key can neither attach nor put a backup back.',
  ].join(' '),
  async run(_, { paths }) {
    const { file, recipients, made } = await ensureOperatorKey(paths);
    const recipient = recipients[0] ?? '';
    const next = made ? { next: nomadctl`state backend consul --recipient ${recipient}` } : {};
    return { data: { file, recipient }, text: recipient, ...next };
  },
};
