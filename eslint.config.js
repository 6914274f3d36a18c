import boundaries from 'eslint-plugin-boundaries';
import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';

// The rooms of the house and who may import whom (docs/architecture.md). The first match wins, so the deeper
// folders come first.
const rooms = {
  desktop: 'electron/desktop',
  server: 'electron/server',
  cli: 'electron/cli',
  'lab-process': 'electron/lab-process',
  setup: 'electron/setup',
  'lab/engine': 'electron/lab/engine',
  'lab/data': 'electron/lab/data',
  'lab/model': 'electron/lab/model',
  'lab/training': 'electron/lab/training',
  'lab/insight': 'electron/lab/insight',
  'lab/export': 'electron/lab/export',
  'lab/runs': 'electron/lab/runs',
  'lab/session': 'electron/lab/session',
  lab: 'electron/lab',
  shared: 'shared',
  'renderer/charts': 'renderer/charts',
  'renderer/volumes': 'renderer/volumes',
  'renderer/lab': 'renderer/lab',
  'renderer/stores': 'renderer/stores',
  'renderer/composables': 'renderer/composables',
  'renderer/components': 'renderer/components',
  'renderer/views': 'renderer/views',
  renderer: 'renderer',
  test: 'test',
};

const labRooms = Object.keys(rooms).filter((room) => room.startsWith('lab/'));

const mayImport = {
  desktop: ['lab-process', 'shared'],
  server: ['lab-process', 'shared'],
  cli: ['lab', ...labRooms, 'lab-process', 'server', 'setup', 'shared'],
  'lab-process': ['shared'],
  setup: [],
  lab: [...labRooms, 'shared'],
  'lab/session': [
    'lab/engine',
    'lab/data',
    'lab/model',
    'lab/training',
    'lab/insight',
    'lab/export',
    'lab/runs',
    'shared',
  ],
  'lab/engine': ['setup', 'shared'],
  'lab/data': ['setup', 'shared'],
  'lab/model': ['lab/engine', 'shared'],
  'lab/training': ['lab/model', 'lab/data', 'lab/engine', 'lab/runs', 'shared'],
  'lab/insight': ['lab/model', 'lab/data', 'lab/engine', 'shared'],
  'lab/export': ['shared'],
  'lab/runs': ['shared'],
  shared: [],
  'renderer/charts': ['shared'],
  'renderer/volumes': ['shared'],
  'renderer/lab': ['shared'],
  'renderer/stores': ['renderer/lab', 'shared'],
  'renderer/composables': ['renderer/stores', 'shared'],
  'renderer/components': [
    'renderer/stores',
    'renderer/composables',
    'renderer/charts',
    'renderer/volumes',
    'shared',
  ],
  'renderer/views': ['renderer/components', 'renderer/stores', 'renderer/composables', 'shared'],
  renderer: [
    'renderer/views',
    'renderer/components',
    'renderer/stores',
    'renderer/composables',
    'renderer/lab',
    'shared',
  ],
  test: Object.keys(rooms),
};

/** Packages that one room alone may import, so that there is one place to look and one to change. */
const packagesOf = {
  electron: ['desktop'],
  '@tensorflow/tfjs-node-gpu': ['lab/engine'],
  '@tensorflow/tfjs-backend-wasm': ['lab/engine'],
  'chart.js': ['renderer/charts'],
  three: ['renderer/volumes'],
};

export default tseslint.config(
  { ignores: ['out/**', 'node_modules/**', 'test-results/**'] },
  ...tseslint.configs.strict,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      'vue/multi-word-component-names': 'off',
      // What TypeScript knows better: optional props, exhaustive switches.
      'vue/require-default-prop': 'off',
      'vue/return-in-computed-property': 'off',
      // What Prettier lays out.
      'vue/html-closing-bracket-newline': 'off',
      'vue/html-indent': 'off',
      'vue/html-self-closing': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
    },
  },
  {
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'off',
      'no-empty': ['error', { allowEmptyCatch: false }],
      eqeqeq: 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 320, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    plugins: { boundaries },
    settings: {
      'import/resolver': {
        typescript: { project: ['electron', 'renderer', 'shared', 'test'], noWarnOnMultipleProjects: true },
      },
      'boundaries/elements': Object.entries(rooms).map(([type, pattern]) => ({
        type,
        pattern: `${pattern}/**`,
        partialMatch: false,
      })),
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: Object.entries(mayImport).map(([from, to]) => ({
            from: { element: { type: from } },
            allow: { to: { element: { types: { anyOf: [from, ...to] } } } },
          })),
        },
      ],
    },
  },
  ...Object.entries(rooms)
    .reverse()
    .filter(([room]) => room !== 'test')
    .map(([room, folder]) => ({
      files: [`${folder}/**/*.{ts,vue,mjs}`],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: Object.entries(packagesOf)
              .filter(([, owners]) => !owners.includes(room))
              .map(([name, owners]) => ({
                regex: `^${name}(/|$)`,
                message: `Only ${owners.join(', ')} may import ${name}.`,
              })),
          },
        ],
      },
    })),
);
