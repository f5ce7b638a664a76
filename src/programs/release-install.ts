import { sha256Of } from '@nomadctl/base/files/sha256-of';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dispatcher } from 'undici';
import releases from '../../toolchain/releases.json' with { type: 'json' };
import { ApiError, ToolError } from '@nomadctl/base/errors';
import { hint } from '@nomadctl/base/hint/hint';
import { downloadFile } from './download-file.js';
import { checkSignature, type TrustedKey } from './release-signature.js';
import { openConnections, readFromServer, releaseFolder, RELEASE_UNAVAILABLE } from './release-server.js';
import type { Report, ToolContext } from '../tools/tool-context.js';
import { partialFile } from './tool-folder.js';
import type { ToolName } from './tool-versions.js';
import { unzipProgram } from './unzip-program.js';

export interface ReleaseRequest {
  readonly tool: ToolName;
  readonly version: string;
  /** Folder to put the program in. */
  readonly staging: string;
  readonly report: Report;
  readonly trusted: TrustedKey;
}

/**
 * Downloads the official release and takes the program out of it: signature of the sums, sum of the archive, then the
 * archive itself. Returns the program's path in the staging folder.
 * @throws ApiError `release-unavailable` when there is nothing to be had; ToolError when what came is not what was signed.
 */
export async function installRelease(ctx: ToolContext, request: ReleaseRequest): Promise<string> {
  const archive = await fetchRelease(ctx, request);
  request.report('unpacking');
  const program = join(request.staging, request.tool);
  await unzipProgram(archive, request.tool, { file: program, signal: ctx.signal });
  await rm(archive, { force: true });
  return program;
}

/**
 * Downloads the archive of an official release, which is then what was signed. The caller holds the tool's lock, and takes
 * the file away. Throws as `installRelease` does.
 */
export async function fetchRelease(ctx: ToolContext, request: Omit<ReleaseRequest, 'staging'>): Promise<string> {
  const names = namesOf(ctx, request);
  const folder = releaseFolder(ctx, request.tool, request.version);
  const dispatcher = openConnections(ctx);
  try {
    request.report(`asking ${folder.host}`);
    const wantedSum = await signedSum(ctx, request, { names, folder, dispatcher });
    const archive = partialFile(ctx, names.archive);
    await fetchArchive(ctx, request, { url: new URL(names.archive, folder), file: archive, dispatcher, wantedSum });
    return archive;
  } finally {
    await dispatcher.destroy();
  }
}

interface Names {
  readonly archive: string;
  readonly sums: string;
  readonly signature: string;
}

interface Source {
  readonly names: Names;
  readonly folder: URL;
  readonly dispatcher: Dispatcher;
}

/** Why there is no official release to be had, or nothing when its list of sums is there. Downloads nothing else. */
export async function whyNoRelease(ctx: ToolContext, tool: ToolName, version: string): Promise<string | undefined> {
  const dispatcher = openConnections(ctx);
  try {
    const url = new URL(namesOf(ctx, { tool, version }).sums, releaseFolder(ctx, tool, version));
    await readFromServer(ctx, { url, dispatcher });
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== RELEASE_UNAVAILABLE) throw error;
    return error.why[0] ?? error.message;
  } finally {
    await dispatcher.destroy();
  }
}

/** The archive's sum, from a list that the trusted key signed. */
async function signedSum(
  ctx: ToolContext,
  request: Omit<ReleaseRequest, 'staging'>,
  { names, folder, dispatcher }: Source,
): Promise<string> {
  const [content, signature] = await Promise.all(
    [names.sums, names.signature].map((name) => readFromServer(ctx, { url: new URL(name, folder), dispatcher })),
  );
  if (!content || !signature) throw new Error('two files were asked for');
  await checkSignature({ name: names.sums, content, signature, now: ctx.clock.now() }, request.trusted);
  const sum = sumOf(new TextDecoder().decode(content), names.archive);
  if (sum !== undefined) return sum;
  throw new ApiError(`there is no ${request.tool} ${request.version} for this computer among the official releases`, {
    code: RELEASE_UNAVAILABLE,
    why: `${names.sums} does not list ${names.archive}`,
  });
}

function sumOf(sums: string, archive: string): string | undefined {
  const lines = sums.split('\n').map((line) => line.trim().split(/\s+/));
  return lines.find(([sum, name]) => name === archive && /^[0-9a-f]{64}$/.test(sum ?? ''))?.[0];
}

interface Archive {
  readonly url: URL;
  readonly file: string;
  readonly dispatcher: Dispatcher;
  readonly wantedSum: string;
}

async function fetchArchive(
  ctx: ToolContext,
  { report }: Pick<ReleaseRequest, 'report'>,
  { url, file, dispatcher, wantedSum }: Archive,
): Promise<void> {
  // What an earlier run left may be of another archive: then the sum is wrong, and one whole download tells the truth.
  const tries = existsSync(file) ? 2 : 1;
  let sum = '';
  for (let attempt = 0; attempt < tries; attempt++) {
    await downloadFile(ctx, { url, file, dispatcher, report });
    report('checking its sum');
    sum = await sha256Of(file, ctx.signal);
    if (sum === wantedSum) return;
    await rm(file, { force: true });
  }
  throw wrongSum(url, sum, wantedSum);
}

function wrongSum(url: URL, sum: string, wanted: string): ToolError {
  return new ToolError(`${url.href} is not the file that was signed`, {
    code: 'sum-wrong',
    why: [`its sha256 is ${sum}`, `the signed list says ${wanted}`, 'nothing was installed'],
    next: hint`try again, with another mirror in NOMADCTL_RELEASES_URL if it stays so`,
  });
}

const systems: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', freebsd: 'freebsd' };
const processors: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', ia32: '386', arm: 'arm' };

function namesOf(ctx: ToolContext, { tool, version }: Pick<ReleaseRequest, 'tool' | 'version'>): Names {
  const values: Readonly<Record<string, string>> = {
    tool,
    version,
    os: systems[ctx.platform] ?? ctx.platform,
    arch: processors[ctx.arch] ?? ctx.arch,
  };
  const fill = (pattern: string): string => pattern.replace(/\{(\w+)\}/g, (_, key: string) => values[key] ?? key);
  return { archive: fill(releases.archive), sums: fill(releases.sums), signature: fill(releases.signature) };
}
