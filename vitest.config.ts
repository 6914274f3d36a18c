import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

// One project for each place where code runs. The lab's tests share one process each: TensorFlow cannot be
// loaded twice in a process nor in worker threads (tfjs issue 8388).
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['test/unit/{electron,shared}/**/*.test.ts'],
          environment: 'node',
          pool: 'forks',
          testTimeout: 30_000,
        },
      },
      {
        plugins: [vue()],
        test: {
          name: 'renderer',
          include: ['test/unit/renderer/**/*.test.ts'],
          environment: 'happy-dom',
        },
      },
    ],
  },
});
