import { once } from 'node:events';
import type { Context } from '../context.js';
import { stepsFor, type Plan } from '../engine/step.js';
import type { WantedVersions } from '../programs/tool-versions.js';
import { compilerPrerequisite } from '../programs/doctor/compiler.js';
import { emulatorPrerequisites } from '../programs/doctor/emulator-programs.js';
import { otherProgramPrerequisites } from '../programs/doctor/other-programs.js';
import { ownToolPrerequisites } from '../programs/doctor/own-tools.js';
import type { Prerequisite } from '../programs/doctor/prerequisite.js';
import { renderHint } from '@nomadctl/base/hint/render-hint';

/** Programs that clusters and jobs need, whatever the target. Read-only. */
export async function programPrerequisites(ctx: Context, wanted: WantedVersions): Promise<Prerequisite[]> {
  const [own, compiler, others, emulator] = await Promise.all([
    ownToolPrerequisites(ctx, wanted),
    compilerPrerequisite(ctx, wanted),
    otherProgramPrerequisites(ctx),
    emulatorPrerequisites(ctx),
  ]);
  return [node(), ...own, compiler, ...others, ...emulator];
}

/**
 * One step for each way to mend something; a fix that mends two findings runs once. All begin at once: a build of minutes does not
 * wait for a package. Those that change the system go one after the other, as its package manager has a lock.
 */
export function fixPlan(ctx: Context, findings: readonly Prerequisite[]): Plan<object, object> {
  const { defineStep } = stepsFor<object, object>();
  const byCommand = new Map<string | undefined, Prerequisite>();
  for (const finding of findings) {
    const command = commandOf(finding, ctx);
    const same = byCommand.get(command);
    byCommand.set(command, same ? { ...same, title: `${same.title}, ${finding.title}` } : finding);
  }
  const fixes = [...byCommand.values()];
  const ends = new Map(fixes.map(({ id }) => [id, new End()]));
  const system = fixes.filter(({ fix }) => fix?.asks !== undefined).map(({ id }) => id);
  const steps = fixes.map(({ id, title, fix }) => {
    const earlier = [...(fix?.after ?? []), ...system.slice(0, Math.max(0, system.indexOf(id)))];
    return defineStep({
      id: `fix-${id}`,
      title: `Fixing: ${title}`,
      async run({ signal }, io) {
        try {
          for (const other of earlier.filter((name) => ends.has(name))) {
            io.line(`waiting for ${other}`);
            await ends.get(other)?.reached(signal);
          }
          await fix?.run?.(ctx, io.line);
          return { detail: fix ? renderHint(fix.command, ctx.given) : '' };
        } finally {
          ends.get(id)?.reach();
        }
      },
    });
  });
  return { id: 'doctor --fix', steps: [steps] };
}

/** The end of a step, good or bad, for those that wait for it. */
class End {
  reach = (): void => undefined;
  readonly #reached = new Promise<void>((resolve) => (this.reach = resolve));

  /** Ends at an abort, too: then the step may never have begun. */
  async reached(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const over = new AbortController();
    try {
      await Promise.race([this.#reached, once(signal, 'abort', { signal: over.signal })]);
    } finally {
      over.abort();
    }
    signal.throwIfAborted();
  }
}

function commandOf({ fix }: Prerequisite, { given }: Context): string | undefined {
  return fix && renderHint(fix.command, given);
}

function node(): Prerequisite {
  // bin/nomadctl.js has refused older ones before we get here.
  return { id: 'node', title: 'Node.js', neededFor: 'nomadctl', found: process.versions.node, wanted: '20.19 or newer', ok: true };
}
