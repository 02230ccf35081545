import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/interop/**'],
    globalSetup: ['test/support/run/build.ts'],
    sequence: { shuffle: true },
    testTimeout: 30_000,
    pool: 'forks',
    // vitest's default leaves a core idle, which on a machine of two is half of it.
    maxWorkers: '100%',
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
})
