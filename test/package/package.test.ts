import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** The package as it would be published, installed where there is nothing else. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

let folder = ''
let home = ''
let installed = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kmsctl-package-'))
  home = join(folder, 'home')
  mkdirSync(home)
  // The build has run: to run it again would take the bundle away from the other tests.
  const options = ['--ignore-scripts', '--silent', '--pack-destination', folder]
  const tarball = npm(['pack', ...options], ROOT).trim()
  npm(['install', '--offline', '--no-audit', '--no-fund', join(folder, tarball)], folder)
  installed = join(folder, 'node_modules', 'kmsctl')
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function npm(argv: readonly string[], cwd: string): string {
  const env = { PATH: process.env.PATH ?? '', HOME: home, npm_config_update_notifier: 'false' }
  return execFileSync('npm', argv, { cwd, env, encoding: 'utf8' })
}

/** Runs the installed command, as a shell would find it, from a folder that has nothing in it. */
function kmsctl(...argv: string[]): string {
  return execFileSync(join(folder, 'node_modules', '.bin', 'kmsctl'), argv, {
    cwd: home,
    env: { PATH: process.env.PATH ?? '', HOME: home, KMSCTL_SANDBOX: '1' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

describe('the package', () => {
  test('is all that is installed', () => {
    const names = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))
    expect(names).toEqual(['kmsctl'])
    expect(existsSync(join(installed, 'node_modules'))).toBe(false)
  })

  test('runs from an empty folder with an empty home', () => {
    expect(kmsctl('--version')).toMatch(/^kmsctl\/\d+\.\d+\.\d+ /)
    expect(kmsctl('--help')).toContain('COMMANDS')
    expect(kmsctl('deletion', 'schedule', '--help')).toContain('--confirm')
    const id = kmsctl('create', '--alias', 'app', '--quiet').trim()
    expect(JSON.parse(kmsctl('describe', 'app', '--json'))).toMatchObject({ keyId: id })
    expect(kmsctl('show', 'app')).toContain(id)
  })

  test('holds what it says, and nothing of the sources or of this machine', () => {
    const names = readdirSync(installed).sort()
    expect(names).toEqual(
      [
        ...['CHANGELOG.md', 'LICENSE', 'README.md', 'THIRD-PARTY-LICENSES', 'bin', 'dist', 'docs'],
        ...['examples', 'oclif.manifest.json', 'package.json', 'schemas'],
      ].sort(),
    )
    for (const name of readdirSync(join(installed, 'dist'))) {
      expect(name).toMatch(/\.cjs$/)
      expect(readFileSync(join(installed, 'dist', name), 'utf8'), name).not.toContain(
        ROOT.replace(/\/$/, ''),
      )
    }
  })

  test('says where it comes from, and where faults are told', () => {
    const { repository, bugs, homepage } = JSON.parse(
      readFileSync(join(installed, 'package.json'), 'utf8'),
    )
    const [, address] = /^git\+(https:\/\/[^/]+\/[^/]+\/kmsctl)\.git$/.exec(repository.url) ?? []
    expect(address).toBeDefined()
    expect(bugs.url).toBe(`${address}/issues`)
    expect(homepage).toBe(`${address}#readme`)
  })

  test('brings the contract and the facts', () => {
    for (const path of ['reference/contract.md', 'facts/README.md', 'facts/key-states.csv']) {
      expect(existsSync(join(installed, 'docs', path)), path).toBe(true)
    }
  })

  test('keeps the licences of what is bundled', () => {
    const contents = JSON.parse(readFileSync(join(ROOT, 'bundle.json'), 'utf8')) as Record<
      string,
      string[]
    >
    const kept = readFileSync(join(installed, 'THIRD-PARTY-LICENSES'), 'utf8')
    const folders = new Set(
      Object.values(contents)
        .flat()
        .flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
    )
    expect(folders.size).toBeGreaterThan(20)
    for (const path of folders) {
      const { name, version } = JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8'))
      expect(kept).toContain(`${name} ${version} (`)
    }
    expect(kept).toContain('Permission is hereby granted, free of charge')
    expect(kept).toContain('Apache License')
  })
})

// Node has it since 22.1: what it kept and what became of that is Node's to check.
describe.skipIf(!('enableCompileCache' in module))('code that Node keeps compiled', () => {
  const compiled = () => {
    const kept = join(home, '.cache', 'kmsctl', 'compiled')
    return readdirSync(kept, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
  }

  test('is the user’s own, and harms nobody when its bytes are damaged', () => {
    const printed = kmsctl('whoami')
    expect(compiled().length).toBeGreaterThan(2)
    for (const path of compiled()) {
      const bytes = readFileSync(path)
      writeFileSync(path, bytes.fill(0x55, Math.floor(bytes.length / 3)))
    }
    expect(kmsctl('whoami')).toBe(printed)
  })
})
