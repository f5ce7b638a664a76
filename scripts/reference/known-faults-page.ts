import { knownFaults, titleOf, type KnownFault } from '../../src/programs/known-faults.js';
import { code, madeFrom, table } from './markdown.js';

/** Faults of other people's programs, by program, the gravest first. */
export function knownFaultsPage(): string {
  const tools = [...new Set(knownFaults.map(({ tool }) => tool))];
  return [
    madeFrom('toolchain/known-faults.json'),
    '# Known faults of versions that clusters may run',
    `Faults of the programs themselves that users of nomadctl would meet. \`up\` reminds of those that the version which nomadctl installs has no longer,
\`doctor\` names them, and so does a command that runs into one. What counts is the version that an agent says it is, not the program on PATH.
Packer and Terraform have none here: in the changelogs of packer from 1.8.4 and of terraform from 1.5 nothing was found that the templates
of nomadctl meet.`,
    ...tools.flatMap((tool) => [`## ${titleOf(tool)}`, tableOf(knownFaults.filter((fault) => fault.tool === tool))]),
  ].join('\n\n');
}

function tableOf(faults: readonly KnownFault[]): string {
  return table(
    ['versions', 'fault', 'mended in', 'met by', 'what nomadctl does', 'seen'],
    faults.map((fault) => [
      code(fault.affected),
      `[${fault.fault}](${fault.source})`,
      fault.mended,
      fault.commands.map(code).join(', '),
      [fault.weDo ?? '', fault.youMay === undefined ? '' : `you may ${fault.youMay}`].filter(Boolean).join('; '),
      fault.seen,
    ]),
  );
}
