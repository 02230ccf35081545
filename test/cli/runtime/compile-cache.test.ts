import { describe, expect, test } from 'vitest'
import { keepCompiled } from '../../../src/lib/cli/runtime/compile-cache.js'

function kept(env: Record<string, string>, home = '/home/me'): string[] {
  const asked: string[] = []
  keepCompiled({ env, home, platform: 'linux' }, (directory) => asked.push(directory))
  return asked
}

describe('where Node keeps what it compiles (Node: module.enableCompileCache)', () => {
  test('in the user’s own cache folder', () => {
    expect(kept({})).toEqual(['/home/me/.cache/kmsctl/compiled'])
    expect(kept({ XDG_CACHE_HOME: '/x' })).toEqual(['/x/kmsctl/compiled'])
  })

  test('where NODE_COMPILE_CACHE says, which Node reads itself', () => {
    expect(kept({ NODE_COMPILE_CACHE: '/elsewhere' })).toEqual([])
  })

  test.each(['', '/'])('nowhere without a home (%j)', (home) => {
    expect(kept({}, home)).toEqual([])
  })
})
