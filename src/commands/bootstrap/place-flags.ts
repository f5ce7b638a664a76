import type { ImageContent } from '../../bootstrap/image/image-content.js';
import type { Context } from '../../context.js';
import { flagOf, type CommandInput, type FlagSpec } from '../command.js';

export const onFlag: FlagSpec = { flag: '--on <place>', summary: 'where the bootstrapper lives; default docker', choices: ['docker'] };

/** Flags of whatever may have to make the container. */
export const containerFlags: readonly FlagSpec[] = [
  onFlag,
  { flag: '--image <name>', summary: 'an image that docker has, in place of one made of the programs of this computer' },
  { flag: '--network <name>', summary: "docker's network for the container; host: this computer's own. Default: bridge" },
];

export interface AskedImage {
  readonly image: string;
  readonly content?: ImageContent;
}

/** The image that was given, or that of this computer's programs. @throws what `imageContent` throws */
export async function askedImage(input: CommandInput, ctx: Context): Promise<AskedImage> {
  const given = flagOf(input, 'image');
  if (given !== undefined) return { image: given };
  const { imageContent } = await import('../../bootstrap/image/image-content.js');
  const content = await imageContent(ctx);
  return { image: content.name, content };
}

export const networkOf = (input: CommandInput): string => flagOf(input, 'network') ?? 'bridge';
