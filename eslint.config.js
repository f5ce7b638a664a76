import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import tseslint from 'typescript-eslint';

// The walls that an editor should show while somebody types: who may import whom, and whose each library is. All of house.json,
// `import()` included, is held by test/unit/house.test.ts.
const { rooms, libraries } = JSON.parse(readFileSync(new URL('house.json', import.meta.url), 'utf8'));

/** Rooms that a room may not import. Entries of single files leave the room to the test. */
function wall(room) {
  const { imports } = rooms[room];
  const forbidden = Object.keys(rooms).filter((other) => other !== room && !imports.some((entry) => entry.startsWith(other)));
  const patterns = forbidden.map((other) => ({
    regex: specifierOf(room, other),
    message: `${room} may not import ${other} (house.json).`,
  }));
  const files = room.startsWith('src/') ? `${room}/**/*.ts` : `${room}/src/**/*.ts`;
  return { files: [files], rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

/** How a file of a room would name another room: packages by their names, rooms of `src/` by the way up to them. */
function specifierOf(room, other) {
  if (!other.startsWith('src/')) return `^@nomadctl/${other.slice('packages/'.length)}(/|$)`;
  return room.startsWith('src/') ? `^(\\.\\./)+${other.slice('src/'.length)}/` : '^(\\.\\./)+src/';
}

/** One rule holds all libraries of a file, since a later entry of the same rule would replace an earlier one. */
function libraryRule() {
  return {
    meta: { type: 'problem', schema: [] },
    create(context) {
      const file = relative(import.meta.dirname, context.filename).replaceAll('\\', '/');
      return {
        ImportDeclaration(node) {
          const owners = libraries[node.source.value];
          if (owners && !owners.some((owner) => file === owner || (owner.endsWith('/') && file.startsWith(owner))))
            context.report({ node, message: `only ${owners.join(', ')} imports ${node.source.value} (house.json)` });
        },
      };
    },
  };
}

export default tseslint.config(
  { ignores: ['dist/', '**/node_modules/', 'coverage/', 'test/helpers/.chaos-*.mjs'] },
  ...tseslint.configs.recommended,
  {
    files: ['src/**/*.ts', 'packages/*/src/**/*.ts'],
    plugins: { house: { rules: { libraries: libraryRule() } } },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'house/libraries': 'error',
      'no-console': 'error',
      eqeqeq: 'error',
      'max-params': ['error', 3],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Take ctx.env: only cli/start.ts reads the environment.' },
        { object: 'process', property: 'exit', message: 'Throw, or return an exit code.' },
        { object: 'AbortSignal', property: 'any', message: 'Take anySignal: Node warns of a leak where many calls listen.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.name=/^mkdir(Sync)?$/] > ObjectExpression:not(:has(Property[key.name="mode"]))',
          message: "Take makeFolder, whose folders are their user's alone, or say the mode.",
        },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  { files: ['bin/*.js'], languageOptions: { sourceType: 'commonjs' }, rules: { '@typescript-eslint/no-require-imports': 'off' } },
  ...Object.keys(rooms)
    .filter((room) => !room.endsWith('.ts'))
    .map(wall),
  {
    files: [
      'src/cli/start.ts',
      'src/cli/start-completion.ts',
      'src/main.ts',
      'src/cli/signals.ts',
      'packages/base/src/signals/any-signal.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
);
