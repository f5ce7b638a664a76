import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';

export interface MarkdownLink {
  /** As it is written: `../guide/jobs.md#terraform`. */
  readonly target: string;
  /** The file that it leads to, from the root; itself for `#anchor`. */
  readonly path: string;
  readonly anchor: string | undefined;
}

const LEFT_OUT = new Set(['.git', 'node_modules', 'dist', 'coverage']);

/** Markdown files below a folder, as paths from it. */
export function markdownFiles(root: string, folder = root): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return LEFT_OUT.has(entry.name) ? [] : markdownFiles(root, path);
    return entry.name.endsWith('.md') ? [relative(root, path)] : [];
  });
}

/** Prose alone: what is fenced is code, and says nothing of its own. */
export function withoutFences(text: string): string {
  return text.replace(/^```.*?^```$/gms, '');
}

/** Fenced code of some languages. */
export function fencesOf(text: string, ...languages: readonly string[]): string[] {
  return [...text.matchAll(/^```(\S*)[^\n]*\n(.*?)^```$/gms)].flatMap(([, language = '', body = '']) =>
    languages.includes(language) ? [body] : [],
  );
}

/** Links to files of the tree; those to the web are left out. */
export function relativeLinks(text: string, file: string): MarkdownLink[] {
  const targets = [...withoutFences(text).matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor] = target.split('#', 2);
      return { target, path: path === '' ? file : posix.normalize(posix.join(dirname(file), path)), anchor };
    });
}

/** As GitHub makes them: https://docs.github.com/get-started/writing-on-github#section-links */
export function anchorsOf(text: string): Set<string> {
  const headings = [...withoutFences(text).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** What is wrong with the links of a file, when only some files are there. */
export function deadLinks(root: string, file: string, isThere: (path: string) => boolean): string[] {
  return relativeLinks(readFileSync(join(root, file), 'utf8'), file).flatMap(({ target, path, anchor }) => {
    if (!isThere(path)) return [`${file}: ${target} leads nowhere`];
    if (anchor === undefined || !existsSync(join(root, path))) return [];
    return anchorsOf(readFileSync(join(root, path), 'utf8')).has(anchor) ? [] : [`${file}: ${target} has no such heading`];
  });
}
