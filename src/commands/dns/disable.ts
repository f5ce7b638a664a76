import type { Context } from '../../context.js';
import { endForwarder } from '../../names/forwarder/run-forwarder.js';
import { disable, plannedDisabling } from '../../names/resolver/change-resolver.js';
import type { CommandResult } from '../command.js';
import { reload, requireRoot, showChange, SYSTEM_ROOT, type ChangeMode } from './resolver-change.js';

/** Needs no cluster: it may be gone. @throws PrerequisiteError `root-needed`, ToolError of a resolver that does not read its files */
export async function disableNames(mode: ChangeMode, ctx: Context): Promise<CommandResult> {
  const change = await plannedDisabling(SYSTEM_ROOT);
  if (mode.plan) return showChange(change, mode, ctx);
  if (change === undefined) return { data: { changed: false }, text: "This computer's resolver is as it was." };
  requireRoot('--disable', undefined, ctx);
  const { file, remarks } = change;
  // Whoever asks meanwhile asks those that were there before.
  await disable(SYSTEM_ROOT, change);
  await endForwarder(SYSTEM_ROOT);
  await reload(change, ctx);
  return {
    data: { changed: true, file, remarks },
    text: remarks.length > 0 ? remarks.join('\n') : `${file} is as it was before.`,
  };
}
