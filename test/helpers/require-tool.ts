import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { specOf, toolNames } from '../../src/programs/tool-versions.js';

/**
 * Path of a program that a test needs, or nothing: the test is then skipped by name. What `NOMADCTL_REQUIRE` lists
 * (`nomad,consul,redis`) must be there; its absence is a failure.
 */
export function requireTool(name: string): string | undefined {
  const path = [...(process.env['PATH'] ?? '').split(delimiter), ...toolFolders(name)]
    .filter(Boolean)
    .map((dir) => join(dir, name))
    .find(isProgram);
  const required = (process.env['NOMADCTL_REQUIRE'] ?? '').split(',').map((word) => word.trim());
  // `redis` stands for both of its programs.
  const isRequired = required.some((word) => word !== '' && (name === word || name.startsWith(`${word}-`)));
  if (path === undefined && isRequired) throw new Error(`NOMADCTL_REQUIRE names ${name}, which is neither on PATH nor in NOMADCTL_TOOLS`);
  return path;
}

/** The same without the demand. */
export function programOnPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((dir) => join(dir, name))
    .find(isProgram);
}

/** `NOMADCTL_TOOLS` itself, and the versions that nomadctl installed there: first the one that it would install today. */
function toolFolders(name: string): string[] {
  const tools = process.env['NOMADCTL_TOOLS'];
  if (!tools) return [];
  try {
    const tool = toolNames.find((one) => one === name);
    const first = tool ? specOf(tool).version : '';
    const versions = readdirSync(join(tools, name)).sort((a, b) => Number(b === first) - Number(a === first));
    return [tools, ...versions.map((version) => join(tools, name, version))];
  } catch {
    return [tools];
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
