import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** `house.json`: who may import whom, and whose each library is. Entries that end in `.ts` name one file of a room. */
interface House {
  /** Most files that a folder may hold. */
  readonly largestFolder: number;
  readonly rooms: Readonly<Record<string, { readonly holds: string; readonly imports: readonly string[] }>>;
  /** Rooms whose folders import each other in one direction at the most. */
  readonly layered: readonly string[];
  readonly libraries: Readonly<Record<string, readonly string[]>>;
  /** Files that only a few others may import, whatever their room. */
  readonly doors: Readonly<Record<string, readonly string[]>>;
}

/** One import, by paths from the root of the repository; `to` is a library's name where it is no file of ours. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const house = JSON.parse(readFileSync(join(root, 'house.json'), 'utf8')) as House;

/** `context.ts` says what commands and steps see of the world. It holds types alone, so everybody may name it. */
const CONTEXT = 'src/context.ts';

/** Every file of the two programs, by its path from the root. */
export function sourceFiles(): string[] {
  return ['src', ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/src`)].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => `${folder}/${path.replaceAll('\\', '/')}`),
  );
}

/** All imports of a file: static ones, re-exports, types and `import()`. */
export function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier))
      found.push(node.moduleSpecifier.text);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) found.push(literalOf(node.arguments[0]));
    else if (ts.isImportTypeNode(node)) found.push(ts.isLiteralTypeNode(node.argument) ? literalOf(node.argument.literal) : '?');
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.filter((name) => !name.startsWith('node:')).map((name) => ({ from: file, to: targetOf(file, name) }));
}

function literalOf(node: ts.Node | undefined): string {
  return node && ts.isStringLiteralLike(node) ? node.text : '?';
}

function targetOf(file: string, name: string): string {
  const own = /^@nomadctl\/([^/]+)\/?(.*)$/.exec(name);
  if (own) return `packages/${own[1]}/src/${own[2] || 'index'}.ts`;
  if (!name.startsWith('.')) return name;
  const path = resolve(root, dirname(file), name);
  return relative(root, existsSync(path.replace(/\.js$/, '.ts')) ? path.replace(/\.js$/, '.ts') : path);
}

/** The room that a file stands in: a package, a folder of `src/`, or a file of `src/` itself. */
export function roomOf(file: string): string {
  return file.split('/').slice(0, 2).join('/');
}

/** What is wrong with one import; nothing when it may stand. */
export function problemOf({ from, to }: Import): string | undefined {
  if (from === CONTEXT || to === CONTEXT) return undefined;
  const [room, other] = [roomOf(from), roomOf(to)];
  if (to === '?') return `${from} imports what only a run can tell`;
  if (!/^(src|packages|toolchain)\/|^package\.json$/.test(to)) return libraryProblem(from, to);
  if (!house.rooms[room]) return `${room} is no room of house.json`;
  if (!to.endsWith('.ts')) return undefined;
  const doors = house.doors[to];
  if (doors && !doors.includes(from)) return `${from} imports ${to}, which is for ${doors.join(', ')}`;
  if (room === other) return neighbourProblem(from, to);
  if (other === 'packages/ucloud-emulator' && from !== 'src/commands/emulator.ts') return `${from} imports the emulator`;
  if (other === 'packages/ucloud-emulator' && !to.endsWith('/src/index.ts')) return `${from} reaches into the emulator: ${to}`;
  const isAllowed = house.rooms[room].imports.some((entry) => entry === other || entry === to);
  return isAllowed ? undefined : `${from} imports ${to}: ${room} may not import ${other}`;
}

/** A library without an owner is anybody's mistake, so each one has one. */
function libraryProblem(from: string, to: string): string | undefined {
  const name = to.split('/', to.startsWith('@') ? 2 : 1).join('/');
  const owners = house.libraries[name];
  if (!owners) return `${from} imports ${name}, which is nobody's`;
  return owners.some((owner) => from === owner || (owner.endsWith('/') && from.startsWith(owner)))
    ? undefined
    : `${from} imports ${name}, which is for ${owners.join(', ')}`;
}

/** A step stands alone, and so does a target. */
function neighbourProblem(from: string, to: string): string | undefined {
  const [, , place, ...rest] = from.split('/');
  const [, , otherPlace, ...otherRest] = to.split('/');
  if (from.startsWith('src/steps/')) return `${from} imports another step: ${to}`;
  const areTargets = from.startsWith('src/targets/') && rest.length > 0 && otherRest.length > 0;
  return areTargets && place !== otherPlace ? `${from} imports another target: ${to}` : undefined;
}

/** Pairs of rooms, or of folders in a layered room, that import each other. */
export function mutualPairs(imports: readonly Import[], placeOf: (file: string) => string | undefined = roomOf): string[] {
  const arrows = new Set<string>();
  for (const { from, to } of imports) {
    const [place, other] = [placeOf(from), placeOf(to)];
    if (from !== CONTEXT && to !== CONTEXT && place && other && place !== other) arrows.add(`${place} ${other}`);
  }
  return [...arrows].filter((arrow) => arrow < arrow.split(' ').reverse().join(' ') && arrows.has(arrow.split(' ').reverse().join(' ')));
}

/** The folder below a room that a file stands in; the room itself for the files that are in none. */
export function folderIn(room: string): (file: string) => string | undefined {
  return (file) => {
    if (!file.startsWith(`${room}/`)) return undefined;
    const [folder = '', ...rest] = file.slice(room.length + 1).split('/');
    return rest.length > 0 ? `${room}/${folder}` : room;
  };
}

/** The table of rooms as CONTRIBUTING has it. */
export function roomsTable(): string {
  const rows = Object.entries(house.rooms).map(([room, { holds, imports }]) => [
    `\`${room}\``,
    holds,
    imports
      .filter((entry) => entry !== 'packages/base')
      .map((entry) => `\`${entry.replace(/^src\//, '')}\``)
      .join(', ') || 'nothing',
  ]);
  return [['room', 'holds', 'may import, besides `packages/base`'], ['---', '---', '---'], ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}
