import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { checkSignature, releaseKey } from '../../programs/release-signature.js';
import { specOf } from '../../programs/tool-versions.js';
import { programsOf, releaseFiles, sumIn, type ReleaseFiles } from './download-list.js';
import { findProvider, writeProviders, type ProviderFile } from './find-providers.js';
import { imagesToBuild, type ImageFiles, type ImagesContext } from './images-state.js';
import { lookUpFiles, type FileLookUp } from './look-up-files.js';
import { packageIndexes } from './package-indexes.js';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';

/** A file that is not where a build would look for it. */
export interface MissingFile {
  /** `consul 9.9.9` */
  readonly what: string;
  /** `HEAD … answered 404` */
  readonly answer: string;
  /** The command that mends it. */
  readonly remedy: Hint;
}

export interface FoundFiles {
  readonly files: ImageFiles;
  readonly missing: readonly MissingFile[];
  /** How many files were asked for. */
  readonly count: number;
}

/** Everything that the images to be built will fetch besides packages of the system, with its sums. @throws ToolError `signature-invalid` */
export async function findFiles(at: ImagesContext): Promise<FoundFiles> {
  const none = { url: '', sha256: '' };
  if (at.request.bare) return { files: { consul: none, nomad: none, plugins: '' }, missing: [], count: 0 };
  const images = imagesToBuild(at);
  const client = images.includes('nomad-client');
  return lookUpFiles(at, async (files) => {
    const programs = [...new Set(images.flatMap(programsOf))];
    const [releases, providers, others] = await Promise.all([
      mapBounded(programs, REQUESTS_AT_ONCE, (program) => findRelease(at, files, program)),
      client && at.cluster.settings.pluginMirror !== '' ? findProviders(at, files) : [],
      findOthers(at, files, client),
    ]);
    const found = (program: string) => releases.find((release) => release.program === program)?.file ?? none;
    return {
      files: {
        consul: found('consul'),
        nomad: found('nomad'),
        plugins: writeProviders(providers.flatMap(({ provider }) => provider ?? [])),
      },
      missing: [releases, providers, others].flat().flatMap(({ missing }) => missing ?? []),
      count: releases.length * 2 + providers.length + others.length,
    };
  });
}

interface Release {
  readonly program: string;
  readonly file?: { readonly url: string; readonly sha256: string };
  readonly missing?: MissingFile;
}

async function findRelease(at: ImagesContext, files: FileLookUp, program: 'consul' | 'nomad'): Promise<Release> {
  const { fileServer } = at.cluster.settings;
  const works = imagesToBuild(at).flatMap((image) => at.state.imageWork?.[image]?.versions[program] ?? []);
  const release = releaseFiles(fileServer, program, works[0] ?? specOf(program).version);
  const [archive, sums] = await Promise.all([files.head(release.archive), files.read(release.sums)]);
  const without = (answer: string): Release => ({
    program,
    missing: { what: `${program} ${release.version}`, answer, remedy: remedyFor(release) },
  });
  const absent = [archive, sums].find(({ found }) => !found);
  if (absent) return without(absent.answer);
  await checkSums(at, files, { release, sums: sums.bytes ?? new Uint8Array() });
  const sha256 = sumIn(sums.text ?? '', release.archive);
  return sha256 === undefined ? without(`${release.sums} does not list it`) : { program, file: { url: release.archive, sha256 } };
}

/** The official list of sums is signed; a mirror of one's own may hold what was built elsewhere, and is taken at its word. */
async function checkSums(
  at: ImagesContext,
  files: FileLookUp,
  { release, sums }: { release: ReleaseFiles; sums: Uint8Array },
): Promise<void> {
  if (release.signature === undefined) return;
  const { bytes } = await files.read(release.signature);
  await checkSignature({ name: release.sums, content: sums, signature: bytes ?? new Uint8Array(), now: at.clock.now() }, releaseKey);
}

/** For a server that cannot be reached as for one that lacks it: what comes after `mirror build` is said there. */
function remedyFor({ program, version }: ReleaseFiles): Hint {
  const usual = specOf(program).version;
  return version === usual ? nomadctl`mirror build` : nomadctl`config set versions.${program} ${usual}`;
}

async function findProviders(
  { cluster: { settings } }: ImagesContext,
  files: FileLookUp,
): Promise<{ readonly provider?: ProviderFile; readonly missing?: MissingFile }[]> {
  return mapBounded(settings.plugins, REQUESTS_AT_ONCE, async (wanted) => {
    const found = await findProvider(files, settings.pluginMirror, wanted);
    if ('provider' in found) return found;
    return {
      missing: { what: `provider ${wanted}`, answer: found.missing.answer, remedy: nomadctl`mirror build --provider ${wanted}` },
    };
  });
}

/** Packages: single ones by their addresses; of mirrors can be told that they have an index at all. */
async function findOthers(at: ImagesContext, files: FileLookUp, client: boolean): Promise<{ readonly missing?: MissingFile }[]> {
  const { settings } = at.cluster;
  const base = Object.values(at.state.imageWork ?? {})[0]?.base.name ?? '';
  const single = client ? settings.dockerPackages.map((url) => ({ key: 'dockerPackages', url: url.replace(/#.*$/, '') })) : [];
  return mapBounded([...packageIndexes(base, settings, client), ...single], REQUESTS_AT_ONCE, async ({ key, url }) => {
    const { found, answer } = await files.head(url);
    return found ? {} : { missing: { what: key, answer, remedy: nomadctl`config set ${key} <url>` } };
  });
}
