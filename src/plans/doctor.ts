import type { Context } from '../context.js';
import { stepsFor, type Plan } from '../engine/step.js';
import type { WantedVersions } from '../programs/tool-versions.js';
import { emulatorPrerequisites } from '../programs/doctor/emulator-programs.js';
import { otherProgramPrerequisites } from '../programs/doctor/other-programs.js';
import { ownToolPrerequisites } from '../programs/doctor/own-tools.js';
import type { Prerequisite } from '../programs/doctor/prerequisite.js';
import { renderHint } from '@nomadctl/base/hint/render-hint';

/** Programs that clusters and jobs need, whatever the target. Read-only. */
export async function programPrerequisites(ctx: Context, wanted: WantedVersions): Promise<Prerequisite[]> {
  const found = await Promise.all([ownToolPrerequisites(ctx, wanted), otherProgramPrerequisites(ctx), emulatorPrerequisites(ctx)]);
  return [node(), ...found.flat()];
}

/** One step for each way to mend something; a fix that mends two findings runs once. */
export function fixPlan(ctx: Context, findings: readonly Prerequisite[]): Plan<object, object> {
  const { defineStep } = stepsFor<object, object>();
  const fixes = new Map(findings.map((finding) => [commandOf(finding, ctx), finding]));
  const steps = [...fixes.values()].map(({ id, title, fix }) =>
    defineStep({
      id: `fix-${id}`,
      title: `Fixing: ${title}`,
      async run(_, io) {
        await fix?.run?.(ctx, io.line);
        return { detail: fix ? renderHint(fix.command, ctx.given) : '' };
      },
    }),
  );
  return { id: 'doctor --fix', steps };
}

function commandOf({ fix }: Prerequisite, { given }: Context): string | undefined {
  return fix && renderHint(fix.command, given);
}

function node(): Prerequisite {
  // bin/nomadctl.js has refused older ones before we get here.
  return { id: 'node', title: 'Node.js', neededFor: 'nomadctl', found: process.versions.node, wanted: '20.19 or newer', ok: true };
}
