import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { readImageSources, type ImageSources } from '../../../../src/ucloud/images/image-sources.js';
import { imageVariables } from '../../../../src/ucloud/images/image-variables.js';
import type { ImageFiles, ImageWork } from '../../../../src/ucloud/images/images-state.js';
import { shapeOf, versionsFor } from '../../../../src/ucloud/images/compare-images.js';
import { templateFile, variablesFile, writePackerFiles } from '../../../../src/ucloud/images/packer-files.js';
import { contentHash, renderImage, variablesOf, type ImageContent } from '../../../../src/ucloud/images/render-image.js';
import type { UcloudSettings } from '../../../../src/ucloud/settings/options.js';
import { imageNames, type ImageName } from '../../../../src/ucloud/settings/image-names.js';
import { requireTool } from '../../../helpers/require-tool.js';
import { tempHome } from '../../../helpers/temp-home.js';
import { ucloudSettings } from '../../../helpers/ucloud-settings.js';

const packer = requireTool('packer');
const golden = fileURLToPath(new URL('../../../golden/packer', import.meta.url));

interface Shape {
  readonly name: string;
  readonly settings: UcloudSettings;
  readonly sshUser: string;
  readonly bare: boolean;
  readonly files: ImageFiles;
}

const files: ImageFiles = {
  consul: { url: 'https://releases.hashicorp.com/consul/1.22.0/consul_1.22.0_linux_amd64.zip', sha256: 'c'.repeat(64) },
  nomad: { url: 'https://releases.hashicorp.com/nomad/1.11.0/nomad_1.11.0_linux_amd64.zip', sha256: 'd'.repeat(64) },
  plugins: '',
};

const shapes: readonly Shape[] = [
  { name: 'defaults', settings: ucloudSettings(), sshUser: 'root', bare: false, files },
  {
    name: 'closed-network',
    settings: ucloudSettings({
      privateBuilds: true,
      vpcId: 'uvnet-1',
      subnetId: 'subnet-1',
      fileServer: 'http://10.80.0.2:8380',
      packageMirror: 'http://10.80.0.2/mirror',
      dockerPackages: ['http://10.80.0.2/docker-ce.deb#sha256=' + 'e'.repeat(64), 'http://10.80.0.2/docker-ce-cli.deb'],
      pluginMirror: 'http://10.80.0.2:8380/plugins',
    }),
    sshUser: 'root',
    bare: false,
    files: { ...files, plugins: `registry.terraform.io/ucloud/ucloud 1.39.2 http://10.80.0.2:8380/u.zip ${'f'.repeat(64)}` },
  },
  {
    name: 'ubuntu-abroad',
    settings: ucloudSettings({ region: 'hk', zones: ['hk-02'], dockerMirror: 'https://download.docker.com', buildType: 'n-basic-2' }),
    sshUser: 'ubuntu',
    bare: false,
    files,
  },
  { name: 'bare', settings: ucloudSettings(), sshUser: 'root', bare: true, files },
];

let sources: ImageSources;
beforeAll(async () => {
  sources = await readImageSources(fileURLToPath(new URL('../../../../templates', import.meta.url)));
});

function workOf(image: ImageName, { settings, sshUser }: Shape): ImageWork {
  const name = `nomadctl-prod-${image}-0123456789ab`;
  return { name, hash: '0123456789ab', base: { id: 'uimage-base', name: 'Debian 12.0' }, sshUser, versions: versionsFor(image, settings) };
}

function rendered(image: ImageName, shape: Shape): string {
  return renderImage(sources, image, shapeOf(image, { settings: shape.settings, request: shape, sshUser: shape.sshUser }));
}

function variables(image: ImageName, shape: Shape): Record<string, string> {
  return imageVariables({ image, settings: shape.settings, work: workOf(image, shape), zone: 'cn-bj2-02', files: shape.files });
}

describe.each(shapes)('$name', (shape) => {
  test.each(imageNames)('%s is as the golden file says', async (image) => {
    const text = `${rendered(image, shape)}${JSON.stringify(variables(image, shape), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`${golden}/${shape.name}/${image}.txt`);
  });

  test.each(imageNames)('the variables of %s are just those that its template has no value for', (image) => {
    expect(Object.keys(variables(image, shape)).sort()).toEqual(variablesOf(rendered(image, shape)).sort());
  });

  test.skipIf(packer === undefined)('packer takes the templates', async () => {
    const folder = await tempHome();
    await writePackerFiles(
      folder,
      sources,
      imageNames.map((image) => ({ image, template: rendered(image, shape), variables: variables(image, shape) })),
    );
    const env = {
      PATH: process.env['PATH'],
      HOME: folder,
      CHECKPOINT_DISABLE: '1',
      UCLOUD_PUBLIC_KEY: 'public',
      UCLOUD_PRIVATE_KEY: 'private',
      NOMADCTL_BUILD_PASSWORD: 'Aa1_aaaaaaaa',
    };
    for (const image of imageNames) {
      const said = execFileSync(packer ?? '', ['validate', `-var-file=${variablesFile(image)}`, templateFile(image)], {
        cwd: folder,
        env,
        encoding: 'utf8',
      });
      expect(said).toContain('valid');
    }
  });
});

test('no secret is in a template, and each comes from the environment', () => {
  const text = imageNames.map((image) => rendered(image, shapes[0] as Shape)).join('\n');
  expect(text).not.toMatch(/private_key/);
  expect(text.match(/"ssh_password": "[^"]*"/g)).toEqual(
    imageNames.flatMap(() => ['"ssh_password": "{{env `NOMADCTL_BUILD_PASSWORD`}}"', '"ssh_password": "{{user `ssh_password`}}"']),
  );
});

describe('the hash of the content', () => {
  const content: ImageContent = { rendered: 'x', base: 'uimage-1', versions: { consul: '1', nomad: '2' }, settings: { packageMirror: '' } };
  const own = (): ImageSources => ({ templates: sources.templates, partials: {}, files: { 'scripts/a.sh': 'a', 'host/b': 'b' } });

  test('is the same for the same, in whatever order', () => {
    const other = { ...content, versions: { nomad: '2', consul: '1' } };
    expect(contentHash(own(), content)).toMatch(/^[0-9a-f]{12}$/);
    expect(contentHash(own(), other)).toBe(contentHash(own(), content));
  });

  test.each<[string, Partial<ImageContent>, Partial<ImageSources>]>([
    ['its template', { rendered: 'y' }, {}],
    ['its base', { base: 'uimage-2' }, {}],
    ['a version', { versions: { consul: '1', nomad: '3' } }, {}],
    ['a setting', { settings: { packageMirror: 'http://m' } }, {}],
    ['a file for its hosts', {}, { files: { 'scripts/a.sh': 'a', 'host/b': 'c' } }],
  ])('changes with %s', (_, change, files) => {
    expect(contentHash({ ...own(), ...files }, { ...content, ...change })).not.toBe(contentHash(own(), content));
  });

  test('counts a script only where it runs', () => {
    const using = { ...content, rendered: '"scripts": ["{{template_dir}}/scripts/a.sh"]' };
    const changed = { ...own(), files: { 'scripts/a.sh': 'changed', 'host/b': 'b' } };
    expect(contentHash(changed, content)).toBe(contentHash(own(), content));
    expect(contentHash(changed, using)).not.toBe(contentHash(own(), using));
  });
});
