import type { Context } from '../../context.js';
import { runPlan } from '../../engine/run-plan.js';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { imagePlan } from '../../plans/bootstrap.js';
import type { Command, CommandInput, CommandResult } from '../command.js';
import { openBootstrapper } from './place-flags.js';

export const command: Command = {
  examples: ['nomadctl bootstrap image'],
  about:
    "nomadctl, terraform, ssh and the providers of terraform's plugin folders, with the libraries that they need: no registry and no network is asked. One that is there, and is the same, stays.",
  run: image,
};

async function image(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const flags = { ...input.flags, on: 'docker' };
  const bootstrapper = await openBootstrapper({ ...input, flags }, ctx, { cluster: '', purpose: 'up' });
  const { ran } = await runPlan(imagePlan, ctx, { subject: { cluster: '', parcel: '', bootstrapper } });
  return { data: { image: bootstrapper.madeOf, made: ran > 0 }, text: bootstrapper.madeOf, next: nomadctl`bootstrap up` };
}
