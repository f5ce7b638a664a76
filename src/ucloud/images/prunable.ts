import type { OwnImage } from './built-images.js';

/** An image of ours with everything that speaks for keeping it. */
export interface ImageRow extends OwnImage {
  /** `prod: nomad-server-1, nomad-server-2`, `named in the file of prod`. */
  readonly usedBy: readonly string[];
  /** The one that `up` would take. */
  readonly current: boolean;
}

/** Why an image of this cluster stays, or nothing when it may go. */
export function reasonToKeep(row: ImageRow, rows: readonly ImageRow[], all: boolean): string | undefined {
  if (row.usedBy.length > 0) return row.usedBy.join('; ');
  if (row.state !== 'Available') return `it is ${row.state}`;
  if (all) return undefined;
  if (row.current) return 'up would take it';
  const newest = rows
    .filter(({ cluster, image, state }) => cluster === row.cluster && image === row.image && state === 'Available')
    .every(({ builtAt }) => builtAt <= row.builtAt);
  return newest ? 'the newest of its kind' : undefined;
}

/** The images of a cluster that nothing needs; with `all`, also those that only the next `up` would. */
export function prunable(rows: readonly ImageRow[], cluster: string, all: boolean): ImageRow[] {
  return rows.filter((row) => row.cluster === cluster && reasonToKeep(row, rows, all) === undefined);
}
