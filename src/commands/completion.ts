import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import { wordOf, type Command } from './command.js';
import { completionScripts } from './completion-scripts.js';

const shells = Object.keys(completionScripts);

export const command: Command = {
  arguments: [{ name: 'shell', summary: shells.join(', '), required: true, completes: shells }],
  examples: ['source <(nomadctl completion bash)', 'source <(nomadctl completion zsh)', 'nomadctl completion fish | source'],
  about: 'Put the line for your shell into its start-up file (~/.bashrc, ~/.zshrc, ~/.config/fish/config.fish).',
  async run(input) {
    const shell = wordOf(input, 'shell') ?? '';
    const script = Object.hasOwn(completionScripts, shell) ? completionScripts[shell] : undefined;
    if (script !== undefined) return { data: { shell, script }, text: script.trimEnd() };
    throw new UsageError(`there is no completion for "${shell}"${didYouMean(shell, shells)}`, {
      code: 'shell-unknown',
      why: `shells: ${shells.join(', ')}`,
      next: nomadctl`completion --help`,
    });
  },
};
