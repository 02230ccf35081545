import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { PROCESSES } from '../../src/lib/store/processes.js'

const LINUX = process.platform === 'linux'

test('this process lives', async () => {
  const self = await PROCESSES.self()
  expect(self.pid).toBe(process.pid)
  expect(await PROCESSES.liveness(self)).toBe(LINUX ? 'alive' : 'unknown')
})

test.runIf(LINUX)(
  'a killed process is dead, and so is one that nobody has buried yet',
  async () => {
    const child = spawn('sleep', ['60'])
    const pid = child.pid ?? 0
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
    const owner = { ...(await PROCESSES.self()), pid, started }
    expect(await PROCESSES.liveness(owner)).toBe('alive')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await PROCESSES.liveness(owner)).toBe('dead')
  },
)

test.runIf(LINUX)('a process ID that came round again is another process', async () => {
  const self = await PROCESSES.self()
  expect(await PROCESSES.liveness({ ...self, started: '1' })).toBe('dead')
})

test.runIf(LINUX)('before the last boot nothing lives', async () => {
  const self = await PROCESSES.self()
  expect(await PROCESSES.liveness({ ...self, boot: 'another' })).toBe('dead')
})

test.each(['machine', 'space'] as const)('of another %s nothing is known', async (member) => {
  const self = await PROCESSES.self()
  if (self[member] === null) return
  expect(await PROCESSES.liveness({ ...self, [member]: 'another' })).toBe('unknown')
})

test('where the start of processes cannot be told, one that is there is not known', async () => {
  const self = await PROCESSES.self()
  expect(await PROCESSES.liveness({ ...self, started: null })).toBe('unknown')
  expect(await PROCESSES.liveness({ ...self, started: null, pid: 4_194_305 })).toBe('dead')
})
