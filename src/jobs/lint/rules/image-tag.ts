import { groupAt, taskAt, type LintRule } from '../lint-rule.js';

/** https://docs.docker.com/reference/cli/docker/image/tag/: a colon after the last slash is a tag's, one before it a port's. */
const FIXED = /@sha256:|:(?!latest$)[\w.-]+$/;

export const imageTag: LintRule = {
  id: 'image-tag',
  why: 'another day or another client gets another program under the same version of the job, and a revert does not bring the old one back; name a version or a digest',
  look: ({ TaskGroups }) =>
    TaskGroups.flatMap((group) =>
      group.Tasks.flatMap((task) => {
        const image = task.Config?.['image'];
        // What a client fills in nobody knows before.
        if (task.Driver !== 'docker' || typeof image !== 'string' || image.includes('${') || FIXED.test(image)) return [];
        return [
          { at: [groupAt(group), taskAt(task), 'config', 'image'], what: `image ${image} of task ${task.Name} is whatever is the newest` },
        ];
      }),
    ),
};
