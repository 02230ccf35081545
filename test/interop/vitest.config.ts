import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/interop/**/*.test.ts'],
    globalSetup: ['test/support/run/build.ts', 'test/interop/support/tools.ts'],
    sequence: { shuffle: true },
    testTimeout: 120_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Each file waits for programs most of the time; vitest's default leaves a core idle.
    maxWorkers: '100%',
  },
})
