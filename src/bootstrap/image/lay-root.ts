import { cpSync, existsSync, lstatSync, mkdirSync, readlinkSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Context } from '../../context.js';
import { VOLUME, VOLUME_FILES } from '../volume.js';
import type { ImageContent } from './image-content.js';

/** Where terraform finds its providers, and nothing anywhere else: no registry is asked. */
const PLUGINS = '/plugin';
const TERRAFORM_RC = '/etc/nomadctl/terraform.rc';
export const PROGRAM = '/opt/nomadctl/bin/nomadctl.js';

/** Variables of the image. None is a secret. */
export const IMAGE_ENV = {
  PATH: '/usr/bin:/bin',
  HOME: '/root',
  LANG: 'C.UTF-8',
  NOMADCTL_HOME: join(VOLUME, VOLUME_FILES.home),
  TF_CLI_CONFIG_FILE: TERRAFORM_RC,
  CHECKPOINT_DISABLE: '1',
  NO_COLOR: '1',
};

const PACKAGE = ['bin', 'dist', 'templates', 'toolchain', 'schemas', 'package.json'];
/** Asked by host name and user name look-ups, and by whoever checks a certificate; some systems lack one or the other. */
const FILES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/nsswitch.conf'];

/** Lays out the root folder of the image below `root`, an empty folder. */
export async function layRoot(
  { programs, packageRoot, plugins }: ImageContent,
  root: string,
  ctx: Pick<Context, 'exec' | 'signal'>,
): Promise<void> {
  for (const name of ['etc/nomadctl', 'proc', 'sys', 'dev', 'tmp', 'root/.ssh', 'usr/bin', VOLUME.slice(1)])
    mkdirSync(join(root, name), { recursive: true, mode: 0o755 });
  linkAsHere(root);
  const { stdout } = await ctx.exec.run('ldd', Object.values(programs), { signal: ctx.signal, accept: [0, 1] });
  const libraries = Array.from(stdout.matchAll(/(?:=> |^\s)(\/\S+)/gm), ([, path = '']) => path);
  for (const path of new Set([...libraries, ...FILES.filter((file) => existsSync(file))])) put(path, join(root, path));
  for (const [name, path] of Object.entries(programs)) put(path, join(root, 'usr/bin', name));
  for (const name of PACKAGE) cpSync(join(packageRoot, name), join(root, 'opt/nomadctl', name), { recursive: true });
  for (const folder of plugins) cpSync(folder, join(root, PLUGINS), { recursive: true, dereference: true });
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\n');
  writeFileSync(
    join(root, TERRAFORM_RC),
    `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(PLUGINS)}\n  }\n}\n`,
  );
}

/** A link would point out of the image. */
function put(path: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
  cpSync(realpathSync(path), to);
}

/** Where `/bin` is a link to `/usr/bin`, it is in the image, too: programs and libraries are asked for by both. */
function linkAsHere(root: string): void {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    if (!lstatSync(`/${name}`, { throwIfNoEntry: false })?.isSymbolicLink()) continue;
    mkdirSync(join(root, 'usr', name), { recursive: true, mode: 0o755 });
    symlinkSync(readlinkSync(`/${name}`), join(root, name));
  }
}
