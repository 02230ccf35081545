import { defineConfig } from 'vitest/config'

/** Runs that take minutes: `npm run test:deep`; KMSCTL_TEST_SEED=N repeats one. */
export default defineConfig({
  test: {
    include: ['test/**/*.deep.ts'],
    globalSetup: ['test/support/run/build.ts'],
    sequence: { shuffle: true },
    testTimeout: 3_600_000,
    // A folder for each of thousands of runs is removed at the end.
    hookTimeout: 600_000,
    pool: 'forks',
    disableConsoleIntercept: true,
    maxWorkers: '100%',
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
})
