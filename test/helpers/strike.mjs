// Loaded into nomadctl by NODE_OPTIONS=--import: sends it a signal at an exact place, which no outside observer could hit.
// STRIKE="SIGKILL step start-consul": once the journal on disk says that this step has begun (or was adopted).
// STRIKE="SIGKILL renamed hosts/": once a file has taken its place under a path with this in it.
// STRIKE="SIGKILL operation 37": before its 37th change of the outside world. STRIKE="none count FILE": tells how many there are.
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [signal, kind, value = ''] = (process.env.STRIKE ?? '').split(' ');
let struck = false;
let operations = 0;

function strike() {
  if (struck) return;
  struck = true;
  process.kill(process.pid, signal);
}

const rename = fs.promises.rename;
if (kind === 'step') {
  let before;
  fs.promises.rename = async (from, to) => {
    const isJournal = String(to).endsWith('journal.json');
    // What an earlier run left in the journal is not this run's beginning.
    if (isJournal) before ??= recordOf(to);
    await rename(from, to);
    if (isJournal && recordOf(to) !== before) strike();
  };
}

if (kind === 'renamed') {
  fs.promises.rename = async (from, to) => {
    await rename(from, to);
    if (String(to).includes(value)) strike();
  };
}

function recordOf(journal) {
  try {
    return JSON.stringify(JSON.parse(fs.readFileSync(journal, 'utf8')).steps[value]) ?? 'none';
  } catch {
    return 'none';
  }
}

function counted(owner, name) {
  const real = owner[name];
  owner[name] = (...call) => {
    operations++;
    if (kind === 'operation' && operations === Number(value)) strike();
    return real(...call);
  };
}

if (kind === 'operation' || kind === 'count') {
  for (const name of ['writeFile', 'rename', 'rm', 'rmdir', 'mkdir', 'link', 'open']) counted(fs.promises, name);
  for (const name of ['writeFileSync', 'renameSync', 'rmSync', 'mkdirSync', 'linkSync']) counted(fs, name);
  counted(childProcess, 'spawn');
  const report = fs.writeFileSync;
  if (kind === 'count') process.on('exit', () => report(value, String(operations)));
}
syncBuiltinESMExports();
