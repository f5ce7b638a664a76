import { expect, test } from 'vitest';
import { cloudAndRoot, liveTwice, trace } from '../helpers/terraform-life.js';
import { findUcloudTerraform } from '../../../../test/helpers/terraform-provider.js';

const programs = findUcloudTerraform();

const labels = ({ project, value = 'test', on = 'one' }: { project: string; value?: string; on?: string }) => `
resource "ucloud_eip" "one" {
  internet_type = "bgp"
  bandwidth     = 1
}
resource "ucloud_eip" "two" {
  internet_type = "bgp"
  bandwidth     = 1
}
resource "ucloud_label" "env" {
  key   = "env"
  value = "${value}"
}
resource "ucloud_label" "plain" {
  key   = "team"
  value = "blue"
}
resource "ucloud_label_attachment" "env" {
  key      = ucloud_label.env.key
  value    = ucloud_label.env.value
  resource = ucloud_eip.${on}.id
}
data "ucloud_labels" "env" {
  key_regex  = "^env$"
  depends_on = [ucloud_label_attachment.env]
}
data "ucloud_label_resources" "env" {
  key            = ucloud_label_attachment.env.key
  value          = ucloud_label_attachment.env.value
  resource_types = ["eip"]
  project_ids    = ["${project}"]
}
output "found" {
  value = {
    labels    = [for label in data.ucloud_labels.env.labels : "\${label.key}=\${label.value}"]
    projects  = flatten(data.ucloud_labels.env.labels[*].projects[*].id)
    resources = data.ucloud_label_resources.env.resources[*].id
    one       = ucloud_eip.one.id
  }
}
`;

test.skipIf(!programs)('labels and what carries them', async () => {
  const { cloud, root } = await cloudAndRoot(programs);
  const project = cloud.credentials.projectId;
  await liveTwice({
    cloud,
    root,
    created: labels({ project }),
    onCreated({ found }) {
      expect(found).toEqual({ labels: ['env=test'], projects: [project], resources: [found.one], one: found.one });
      expect(trace(cloud, { actions: /^(Bind|List(Projects|Resources))/ }).slice(0, 3)).toEqual([
        'BindLabels',
        'ListProjectsByLabels',
        'ListResourcesByLabels',
      ]);
    },
    changed: [
      { config: labels({ project, on: 'two' }), plans: { 'ucloud_label_attachment.env': 'replace' } },
      {
        config: labels({ project, on: 'two', value: 'live' }),
        plans: { 'ucloud_label.env': 'replace', 'ucloud_label_attachment.env': 'replace' },
      },
    ],
    imported: { 'ucloud_label.plain': 'import', 'ucloud_label_attachment.env': 'import' },
  });
});
