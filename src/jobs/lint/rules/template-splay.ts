import { groupAt, taskAt, type LintRule } from '../lint-rule.js';

/** Nomad's default, in nanoseconds. https://developer.hashicorp.com/nomad/docs/job-specification/template#splay */
const DEFAULT_SPLAY = 5e9;

export const templateSplay: LintRule = {
  id: 'template-splay',
  why: 'the signal comes up to 5 s late, by chance, and the program goes on with what was; splay is for restarts: write splay = "0s"',
  look: ({ TaskGroups }) =>
    TaskGroups.flatMap((group) =>
      group.Tasks.flatMap((task) =>
        (task.Templates ?? [])
          .filter(({ ChangeMode, Splay }) => ChangeMode === 'signal' && (Splay ?? DEFAULT_SPLAY) >= DEFAULT_SPLAY)
          .map(({ DestPath }) => ({
            at: [groupAt(group), taskAt(task), 'template', `destination = "${DestPath ?? ''}"`],
            what: `the template of ${DestPath ?? 'a file'} signals task ${task.Name} with the default splay`,
          })),
      ),
    ),
};
