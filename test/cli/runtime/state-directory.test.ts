import { describe, expect, it } from 'vitest'
import {
  cacheDirectory,
  memoryDirectory,
  sandboxDirectory,
} from '../../../src/lib/cli/runtime/state-directory.js'

// Contract 7.
describe('sandboxDirectory', () => {
  const home = '/home/me'
  it.each<[NodeJS.Platform, Record<string, string>, string]>([
    ['linux', {}, '/home/me/.local/state/kmsctl/sandbox'],
    ['linux', { XDG_STATE_HOME: '/x' }, '/x/kmsctl/sandbox'],
    ['linux', { XDG_STATE_HOME: '' }, '/home/me/.local/state/kmsctl/sandbox'],
    ['linux', { XDG_STATE_HOME: 'relative' }, '/home/me/.local/state/kmsctl/sandbox'],
    ['linux', { XDG_STATE_HOME: '/x', KMSCTL_SANDBOX_DIR: 'here' }, 'here'],
    ['darwin', {}, '/home/me/Library/Application Support/kmsctl/sandbox'],
    ['darwin', { XDG_STATE_HOME: '/x' }, '/x/kmsctl/sandbox'],
    ['win32', { LOCALAPPDATA: 'C:\\Local' }, 'C:\\Local\\kmsctl\\sandbox'],
  ])('%s %j', (platform, env, expected) => {
    expect(sandboxDirectory({ env, platform, home })).toBe(expected)
  })
})

describe('memoryDirectory: one memory for each KMS', () => {
  const where = { platform: 'linux' as const, env: { XDG_STATE_HOME: '/x' }, home: '/home/me' }
  it.each<['sandbox' | string | null, string]>([
    [null, '/x/kmsctl/aws'],
    ['https://kms-fips.eu-west-1.amazonaws.com', '/x/kmsctl/aws'],
    ['https://vpce-1-2.kms.eu-west-1.vpce.amazonaws.com', '/x/kmsctl/aws'],
    ['https://kms.cn-north-1.amazonaws.com.cn', '/x/kmsctl/aws'],
    ['https://kms.us-east-1.api.aws', '/x/kmsctl/aws'],
    ['http://127.0.0.1:5000', '/x/kmsctl/endpoints/127.0.0.1_5000'],
    ['http://[::1]:5000', '/x/kmsctl/endpoints/___1__5000'],
    ['https://amazonaws.com.example', '/x/kmsctl/endpoints/amazonaws.com.example'],
    ['sandbox', '/x/kmsctl/sandbox/memory'],
  ])('%s: %s', (kms, expected) => {
    const named = kms === null || kms === 'sandbox' ? kms : new URL(kms)
    expect(memoryDirectory(where, named)).toBe(expected)
  })
})

// The XDG Base Directory Specification, and where macOS and Windows keep what can be made again.
describe('cacheDirectory', () => {
  it.each<[NodeJS.Platform, Record<string, string>, string]>([
    ['linux', {}, '/home/me/.cache/kmsctl'],
    ['linux', { XDG_CACHE_HOME: '/x' }, '/x/kmsctl'],
    ['linux', { XDG_CACHE_HOME: 'relative' }, '/home/me/.cache/kmsctl'],
    ['darwin', {}, '/home/me/Library/Caches/kmsctl'],
    ['win32', { LOCALAPPDATA: 'C:\\Local' }, 'C:\\Local\\kmsctl\\cache'],
  ])('%s %j', (platform, env, expected) => {
    expect(cacheDirectory({ env, platform, home: '/home/me' })).toBe(expected)
  })
})
