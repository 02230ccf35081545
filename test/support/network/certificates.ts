/**
 * A certificate authority for tests: X.509 in DER by hand, since Node signs no certificates and a test
 * must not need openssl. Elliptic curves, because RSA keys take seconds to make.
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

export interface Certified {
  readonly key: string
  readonly cert: string
}

export interface Authority {
  readonly cert: string
  /** A server's certificate for these host names. */
  issue(...hosts: string[]): Certified
}

export function authority(name: string): Authority {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const own = { subject: name, issuer: name, signer: privateKey }
  return {
    cert: certificate({ ...own, publicKey, extensions: [isAuthority] }),
    issue(...hosts) {
      const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const subject = hosts[0] ?? 'server'
      return {
        key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        cert: certificate({
          ...own,
          subject,
          publicKey: pair.publicKey,
          extensions: [hostNames(hosts)],
        }),
      }
    },
  }
}

interface Content {
  readonly subject: string
  readonly issuer: string
  readonly publicKey: KeyObject
  readonly signer: KeyObject
  readonly extensions: readonly Buffer[]
}

/** RFC 5280, section 4.1. */
function certificate({ subject, issuer, publicKey, signer, extensions }: Content): string {
  const day = 24 * 3600 * 1000
  const signed = sequence(
    tagged(0xa0, integer(2)),
    tagged(0x02, Buffer.concat([Buffer.of(1), randomBytes(15)])),
    ECDSA_SHA256,
    distinguished(issuer),
    sequence(time(Date.now() - day), time(Date.now() + day)),
    distinguished(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensions)),
  )
  const der = sequence(signed, ECDSA_SHA256, bits(sign('sha256', signed, signer)))
  const lines = der.toString('base64').replaceAll(/(.{64})/g, '$1\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...head), content])
}

const sequence = (...parts: Buffer[]) => tagged(0x30, ...parts)
const integer = (value: number) => tagged(0x02, Buffer.of(value))
const bits = (content: Buffer) => tagged(0x03, Buffer.of(0), content)
const octets = (content: Buffer) => tagged(0x04, content)
const time = (at: number) =>
  tagged(0x17, Buffer.from(`${new Date(at).toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`))

function identifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const arcs = rest.flatMap((arc) => {
    const groups = [arc & 0x7f]
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80)
    return groups
  })
  return tagged(0x06, Buffer.of(first * 40 + second, ...arcs))
}

const ECDSA_SHA256 = sequence(identifier('1.2.840.10045.4.3.2'))

const distinguished = (name: string) =>
  sequence(
    tagged(0x31, sequence(identifier('2.5.4.3'), tagged(0x0c, Buffer.from(name.slice(0, 64))))),
  )

const isAuthority = sequence(
  identifier('2.5.29.19'),
  tagged(0x01, Buffer.of(0xff)),
  octets(sequence(tagged(0x01, Buffer.of(0xff)))),
)

const hostNames = (hosts: readonly string[]) =>
  sequence(
    identifier('2.5.29.17'),
    octets(
      sequence(
        ...hosts.map((host) =>
          /^[\d.]+$/.test(host)
            ? tagged(0x87, Buffer.from(host.split('.').map(Number)))
            : tagged(0x82, Buffer.from(host)),
        ),
      ),
    ),
  )
