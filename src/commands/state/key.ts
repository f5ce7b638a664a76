import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { newAgeKey } from '../../state/home/age-seal.js';
import type { Command } from '../command.js';

export const command: Command = {
  examples: ['nomadctl state key'],
  about: [
    'Makes your key file of age, once, and prints its public half for state backend --recipient. Keep a copy of the file elsewhere: who has lost',
    'this home and the key cannot attach.',
  ].join(' '),
  async run(_, { paths }) {
    const file = join(paths.home, 'age-key.txt');
    const before = /^# public key: (age1\S+)$/m.exec((await readIfThere(file)) ?? '')?.[1];
    if (before !== undefined) return { data: { file, recipient: before }, text: before };
    const made = await newAgeKey();
    await writeFileAtomic(file, made.file, 0o600);
    return {
      data: { file, recipient: made.recipient },
      text: made.recipient,
      next: nomadctl`state backend consul --recipient ${made.recipient}`,
    };
  },
};
