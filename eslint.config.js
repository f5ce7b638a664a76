import tseslint from 'typescript-eslint';

/** Third-party walls: one file, or one folder, may import each. */
const libraries = {
  listr2: ['src/ui/task-list.ts'],
  execa: ['src/tools/exec.ts'],
  '@inquirer/prompts': ['src/ui/prompts.ts'],
  handlebars: ['src/render/**'],
  commander: ['src/program.ts'],
};

/**
 * Layers, lowest first: what a folder may import besides itself, `errors` and `lib`. `context.ts` is type-only, for all.
 * Everything that is absent is forbidden.
 */
const EDGE = ['main', 'start', 'start-completion', 'program', 'signals', 'lazy-exec', 'global-flags', 'home'];
const layers = {
  lib: [],
  ui: ['lib'],
  tools: ['lib'],
  clients: ['lib'],
  emulator: ['lib'],
  engine: ['lib', 'ui/ui'],
  options: ['lib', 'ui/ui'],
  config: ['lib', 'options', 'engine', 'ui/ui'],
  render: ['lib'],
  catalogue: ['lib', 'render', 'options'],
  'local-agents': ['lib', 'tools', 'engine/step'],
  // What steps on UCloud share: whose they are, how UCloud is reached, what images and terraform's roots are made of.
  ucloud: ['lib', 'tools', 'clients', 'render', 'config', 'options', 'engine/step', 'images', 'terraform', 'targets/ucloud/options'],
  images: ['lib', 'tools', 'clients', 'render', 'config', 'options', 'engine/step', 'ucloud', 'targets/ucloud/options'],
  terraform: ['lib', 'tools', 'clients', 'render', 'config', 'options', 'engine/step', 'ucloud', 'targets/ucloud/options'],
  // The files that image builds download: in a folder, and over HTTP.
  mirror: ['lib', 'tools'],
  steps: [
    'lib',
    'engine',
    'tools',
    'clients',
    'render',
    'catalogue',
    'config',
    'options',
    'local-agents',
    'ucloud',
    'images',
    'terraform',
    'mirror',
    'targets/local/options',
    'targets/ucloud/options',
    'targets/connection',
  ],
  targets: ['lib', 'engine', 'steps', 'options', 'config', 'clients', 'tools', 'local-agents', 'ucloud', 'images', 'terraform', 'render'],
  plans: ['lib', 'engine', 'steps', 'options', 'config', 'clients', 'tools', 'targets'],
  jobs: ['lib', 'engine', 'steps', 'options', 'config', 'clients', 'catalogue', 'render', 'targets', 'tools'],
  commands: [
    'lib',
    'engine',
    'targets',
    'plans',
    'jobs',
    'catalogue',
    'options',
    'config',
    'ui/ui',
    'global-flags',
    'emulator/server',
    'mirror/serve-files',
    'emulator/read-seed',
    'emulator/purge-machines',
  ],
};

const folders = Object.keys(layers);

function wall(folder) {
  const allowed = layers[folder];
  const forbidden = folders.filter((other) => other !== folder && !allowed.includes(other));
  const patterns = forbidden.map((other) => {
    const exceptions = allowed.filter((entry) => entry.startsWith(`${other}/`)).map((entry) => entry.slice(other.length + 1));
    const end = exceptions.length > 0 ? `(?!(?:${exceptions.join('|')})\\.js$)` : '';
    return { regex: `^(\\.\\./)+${other}/${end}`, message: `${folder}/ may not import ${other}/ (CONTRIBUTING, "Who may import whom").` };
  });
  patterns.push({
    regex: `^(\\.\\./)+(${EDGE.filter((name) => !allowed.includes(name)).join('|')})\\.js$`,
    message: 'Only the edge imports the edge.',
  });
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { patterns: [...patterns, ...libraryPatterns(folder)] }] },
  };
}

function libraryPatterns(folder) {
  return Object.entries(libraries)
    .filter(([, places]) => !places.some((place) => place.startsWith(`src/${folder}/`)))
    .map(([library, places]) => ({ regex: `^${library}$`, message: `only ${places.join(', ')} imports ${library}` }));
}

/** Within its folder a library belongs to one file. */
function libraryWalls() {
  return Object.entries(libraries)
    .filter(([, places]) => places.some((place) => place.endsWith('.ts') && place.split('/').length > 2))
    .map(([library, places]) => ({
      files: [`${places[0].slice(0, places[0].lastIndexOf('/'))}/*.ts`],
      ignores: places,
      rules: {
        '@typescript-eslint/no-restricted-imports': [
          'error',
          { paths: [{ name: library, message: `only ${places.join(', ')} imports ${library}` }] },
        ],
      },
    }));
}

export default tseslint.config(
  { ignores: ['dist/', '**/node_modules/', 'coverage/'] },
  ...tseslint.configs.recommended,
  {
    files: ['src/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'no-console': 'error',
      eqeqeq: 'error',
      'max-params': ['error', 3],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Take ctx.env: only start.ts reads the environment.' },
        { object: 'process', property: 'exit', message: 'Throw, or return an exit code.' },
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
  ...folders.map(wall),
  ...libraryWalls(),
  { files: ['src/start.ts', 'src/start-completion.ts', 'src/main.ts', 'src/signals.ts'], rules: { 'no-restricted-properties': 'off' } },
);
