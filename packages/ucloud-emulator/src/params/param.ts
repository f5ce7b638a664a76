import { invalid, missing } from './refusal.js';

/**
 * One parameter of an action, as data: validation, refusals, the page of supported actions and the contract tests all read
 * it. Nested ones are spelled `Outer.Inner`, lists by index from 0: `Disks.0.Size`.
 */
export interface Param<T> {
  readonly type: 'text' | 'integer' | 'number' | 'boolean' | 'list' | 'object';
  readonly required: boolean;
  readonly fallback?: T;
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** What a text must look like, in words, with a value that does. */
  readonly form?: string;
  readonly example: string;
  readonly item?: Param<unknown>;
  readonly fields?: ParamTable;
  /** Turns the text of the request into a value. @throws Refusal */
  readonly read: (text: string, name: string) => unknown;
  /** Only for the compiler. */
  readonly value?: T;
}

export type ParamTable = Readonly<Record<string, Param<unknown>>>;
export type Values<T extends ParamTable> = { readonly [K in keyof T]: T[K] extends Param<infer V> ? V : never };
/** Dotted names and raw texts, as they came. */
export type RawParams = ReadonlyMap<string, string>;

type Optional<T> = Param<T | undefined>;

export function required<T>(param: Optional<T>): Param<T> {
  return { ...param, required: true } as Param<T>;
}

export function withDefault<T>(param: Optional<T>, fallback: T): Param<T> {
  return { ...param, fallback } as Param<T>;
}

interface TextRules {
  readonly max?: number;
  readonly min?: number;
  readonly pattern?: RegExp;
  readonly form?: string;
  readonly example?: string;
}

export function text({ max = 4096, min = 0, pattern, form, example = 'text' }: TextRules = {}): Optional<string> {
  const read = (value: string, name: string): string => {
    if (value.length < min || value.length > max) throw invalid(name, `must have ${min} to ${max} characters`);
    if (pattern && !pattern.test(value)) throw invalid(name, `must be ${form ?? String(pattern)}`);
    return value;
  };
  return { type: 'text', required: false, min, max, example, read, ...(form === undefined ? {} : { form }) };
}

export function choice<const C extends readonly string[]>(...choices: C): Optional<C[number]> {
  const read = (value: string, name: string): string => {
    if (!choices.includes(value)) throw invalid(name, `must be one of ${choices.join(', ')}`);
    return value;
  };
  return { type: 'text', required: false, choices, example: choices[0] ?? '', read };
}

interface Range {
  readonly min: number;
  readonly max: number;
  /** Values go in steps of this size. */
  readonly step?: number;
}

export function integer({ min, max, step = 1 }: Range): Optional<number> {
  const read = (value: string, name: string): number => {
    const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (!Number.isInteger(number)) throw invalid(name, 'must be an integer');
    if (number < min || number > max) throw invalid(name, `must be ${min} to ${max}`);
    if (number % step !== 0) throw invalid(name, `must be a multiple of ${step}`);
    return number;
  };
  return {
    type: 'integer',
    required: false,
    min,
    max,
    example: String(Math.ceil(min / step) * step),
    read,
    ...(step === 1 ? {} : { form: `multiple of ${step}` }),
  };
}

export function boolean(): Optional<boolean> {
  const read = (value: string, name: string): boolean => {
    if (!/^(true|false)$/i.test(value)) throw invalid(name, 'must be true or false');
    return value.toLowerCase() === 'true';
  };
  return { type: 'boolean', required: false, example: 'true', read };
}

const MAX_ITEMS = 1000;

export function list<T>(item: Optional<T>, { max = MAX_ITEMS }: { max?: number } = {}): Param<readonly T[]> {
  const read = (): never => {
    throw new Error('a list is read by readParams');
  };
  return { type: 'list', required: false, fallback: [], max, item: { ...item, required: true }, example: item.example, read };
}

/** A list that must have at least one entry. */
export function someOf<T>(item: Optional<T>, limits: { max?: number } = {}): Param<readonly T[]> {
  return { ...list(item, limits), required: true };
}

export function object<T extends ParamTable>(fields: T): Optional<Values<T>> {
  const read = (): never => {
    throw new Error('an object is read by readParams');
  };
  return { type: 'object', required: false, fields, example: '', read };
}

/**
 * Reads a request by a table. Parameters that the table does not know are ignored, as UCloud does; an empty text counts
 * as absent, because UCloud's clients never send one.
 * @throws Refusal for the first parameter that is missing or wrong, in the order of the table.
 */
export function readParams<T extends ParamTable>(table: T, raw: RawParams, prefix = ''): Values<T> {
  const values: Record<string, unknown> = {};
  for (const [name, param] of Object.entries(table)) values[name] = readParam(param, raw, prefix + name);
  return values as Values<T>;
}

function readParam(param: Param<unknown>, raw: RawParams, name: string): unknown {
  if (param.item) return readList(param, param.item, { raw, name });
  if (param.fields) return readObject(param, param.fields, { raw, name });
  const value = raw.get(name);
  if (value !== undefined && value !== '') return param.read(value, name);
  if (param.required) throw missing(name);
  return param.fallback;
}

interface Place {
  readonly raw: RawParams;
  readonly name: string;
}

function readList(param: Param<unknown>, item: Param<unknown>, { raw, name }: Place): unknown {
  const indexes = [...new Set(keysUnder(name, raw).map((key) => key.split('.', 1)[0] ?? ''))];
  if (indexes.some((index) => !/^\d{1,4}$/.test(index))) throw invalid(name, 'must be a list, indexed from 0');
  if (indexes.length > (param.max ?? MAX_ITEMS)) throw invalid(name, `must have at most ${param.max} entries`);
  if (indexes.length === 0 && param.required) throw missing(name);
  return indexes.sort((a, b) => Number(a) - Number(b)).map((index) => readParam(item, raw, `${name}.${index}`));
}

function readObject(param: Param<unknown>, fields: ParamTable, { raw, name }: Place): unknown {
  if (!param.required && keysUnder(name, raw).length === 0) return undefined;
  return readParams(fields, raw, `${name}.`);
}

function keysUnder(name: string, raw: RawParams): string[] {
  const start = `${name}.`;
  return [...raw.keys()].filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));
}
