import { createHash } from 'node:crypto';
import { renderTemplate } from '../../render/template-engine.js';
import type { ImageName } from '../settings/image-names.js';
import type { ImageSources } from './image-sources.js';

/** What a template is shaped by; values that only fill it come with packer's variables. */
export interface ImageShape {
  /** Nothing is installed and nobody logs in: for clouds whose hosts are records. */
  readonly bare: boolean;
  /** The user that packer logs in as is not root. */
  readonly sudo: boolean;
  /** Terraform's providers go into the image. */
  readonly plugins: boolean;
}

/** Packer's template for one image: JSON, with packer's own variables in it. */
export function renderImage(sources: ImageSources, image: ImageName, shape: ImageShape): string {
  const text = renderTemplate({
    file: `packer/${image}.json.hbs`,
    text: sources.templates[image],
    values: { ...shape },
    partials: sources.partials,
    declaredIn: 'nomadctl',
  });
  return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
}

/** Names of the variables that the template wants from the file of variables: those without a default of its own. */
export function variablesOf(rendered: string): string[] {
  const { variables } = JSON.parse(rendered) as { variables: Readonly<Record<string, string | null>> };
  return Object.keys(variables).filter((name) => variables[name] === null);
}

/** Everything that decides what is in an image. Where its files come from does not: their sums do. */
export interface ImageContent {
  readonly rendered: string;
  /** Id of the image that it is built on. */
  readonly base: string;
  readonly versions: Readonly<Record<string, string>>;
  /** Settings that end up in it, such as the mirror of the system's packages. */
  readonly settings: Readonly<Record<string, string | readonly string[]>>;
}

/** The same for the same content, on every computer. 12 hexadecimal digits, to fit into a name. */
export function contentHash(sources: ImageSources, content: ImageContent): string {
  const files = Object.entries(sources.files).filter(([path]) => !path.startsWith('scripts/') || content.rendered.includes(`/${path}"`));
  const { rendered, base, versions, settings } = content;
  const text = JSON.stringify([rendered, base, ordered(versions), ordered(settings), ordered(Object.fromEntries(files))]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** Entries in one order, whatever order they were written in. */
function ordered(record: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
