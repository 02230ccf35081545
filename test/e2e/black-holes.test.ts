/**
 * The built binary where nothing answers, in the ways in which a network keeps silent: it ends within
 * `--timeout` and a second (contract 6.8).
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { CREDENTIALS, emptyHome, kmsctl } from '../support/run/binary.js'

const SECONDS = 2

/** A port that takes connections and says nothing: no HTTP, no TLS. */
async function silentPort(): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as { port: number }).port
}

/** A port whose connections never come about: its process is stopped, and its queue is full (listen(2)). */
async function unconnectablePort(): Promise<number> {
  const code = `
    const server = require('node:net').createServer()
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port))
  `
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'ignore'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(chunk.toString())
  child.kill('SIGSTOP')
  for (let queued = 0; queued < 20; queued++) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    onTestFinished(() => void socket.destroy())
    const connected = await Promise.race([
      once(socket, 'connect').then(() => true),
      new Promise((resolve) => setTimeout(() => resolve(false), 300)),
    ])
    if (!connected) return port
  }
  throw new Error('the queue is never full')
}

/** Names are never resolved. */
const NO_NAMES = `data:text/javascript,import dns from 'node:dns'; dns.lookup = () => {}`

interface Silence {
  readonly argv: readonly string[]
  readonly env?: Record<string, string>
}

const at = (url: string) => ['--endpoint-url', url]

/** Each way of keeping silent, and a command that meets it. */
async function silences(): Promise<Record<string, Silence>> {
  const silent = await silentPort()
  const home = emptyHome().HOME ?? ''
  const config = join(home, 'hanging')
  writeFileSync(config, '[default]\nregion = us-east-1\ncredential_process = sleep 20\n')
  return {
    'requests are taken and never answered': {
      argv: ['describe', 'app', ...at(`http://127.0.0.1:${silent}`)],
    },
    'and so where a key would be made': {
      argv: ['create', '--alias', 'app', '--admin', 'root', ...at(`http://127.0.0.1:${silent}`)],
    },
    'a TLS handshake never ends': { argv: ['list', ...at(`https://127.0.0.1:${silent}`)] },
    'a name is never resolved': {
      argv: ['alias', 'list', ...at('https://kms.example.test')],
      env: { NODE_OPTIONS: `--import ${NO_NAMES.replaceAll(' ', '%20')}` },
    },
    'a proxy never answers': {
      argv: ['tag', 'list', 'app'],
      env: { HTTPS_PROXY: `http://127.0.0.1:${silent}` },
    },
    'a program for credentials never ends': {
      argv: ['whoami'],
      env: { AWS_CONFIG_FILE: config, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' },
    },
    ...(process.platform === 'linux' && {
      'a connection never comes about': {
        argv: ['describe', 'app', ...at(`http://127.0.0.1:${await unconnectablePort()}`)],
      },
    }),
  }
}

test(`whatever keeps silent, --timeout ${SECONDS} is over within a second more`, async () => {
  const ways = Object.entries(await silences())
  const timeout = ['--json', '--timeout', String(SECONDS)]
  const [started, ...runs] = await Promise.all([
    // How long it takes to start on this machine now, with whatever else it does.
    kmsctl(['whoami', '--sandbox', '--json'], emptyHome()),
    ...ways.map(([, { argv, env }]) =>
      kmsctl([...argv, ...timeout], { ...emptyHome(), ...CREDENTIALS, ...env }),
    ),
  ])
  for (const [index, [way]] of ways.entries()) {
    const { exitCode, stdout, milliseconds } = runs[index] ?? started
    expect({ way, exitCode, code: JSON.parse(stdout).error?.code }).toEqual({
      way,
      exitCode: 9,
      code: 'Timeout',
    })
    expect(milliseconds - started.milliseconds, way).toBeLessThan((SECONDS + 1) * 1000)
  }
})
