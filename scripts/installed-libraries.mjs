import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whether node_modules/ holds exactly what package-lock.json says, going by the record that npm leaves there. */
export function librariesAreCurrent(root) {
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const there = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !there) return false;
  const same = Object.entries(there).every(([path, { version }]) => wanted[path]?.version === version);
  // What is optional may be for another platform.
  return same && Object.entries(wanted).every(([path, { optional }]) => path === '' || optional || path in there);
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
