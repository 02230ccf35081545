/**
 * Sign and Verify.
 *
 * RAW and DIGEST take one path wherever a digest is what is signed: a RAW message is hashed first.
 * So both give the same signatures, by construction.
 */
import { createHash, sign as nodeSign, verify as nodeVerify } from 'node:crypto'
import { digestSm2, signEcdsa, signSm2, verifyEcdsa, verifySm2 } from './curves.js'
import { type EdwardsKey, signPrehashed, verifyPrehashed } from './ed25519ph.js'
import {
  incompatibleAlgorithm,
  incompatibleMessageType,
  unsupported,
  wrongLength,
} from './errors.js'
import { type Material, privateKey, publicKey } from './material.js'
import { signPkcs1, signPss, verifyPkcs1, verifyPss } from './rsassa.js'
import { type Hash, type SigningAlgorithm, signingAlgorithms, specOf } from './specs.js'

export type MessageType = 'RAW' | 'DIGEST' | 'EXTERNAL_MU'

export function sign(
  material: Material,
  algorithm: string,
  message: Uint8Array,
  messageType: MessageType,
): Buffer {
  const { scheme, hash } = algorithmOf(material, algorithm)
  const input = signedBytes(material, algorithm, message, messageType)
  switch (scheme) {
    case 'pkcs1':
      return signPkcs1(material, hash, input)
    case 'pss':
      return signPss(material, hash, input)
    case 'ecdsa':
      return signEcdsa(material, input)
    case 'sm2':
      return signSm2(material, input)
    case 'ed25519ph':
      return signPrehashed(edwardsKey(material), input)
    case 'ed25519':
    case 'ml-dsa':
      return nodeSign(null, input, privateKey(material))
  }
}

/** False for whatever is not a signature; Verify itself answers KMSInvalidSignatureException. */
export function verify(
  material: Material,
  algorithm: string,
  message: Uint8Array,
  messageType: MessageType,
  signature: Uint8Array,
): boolean {
  const { scheme, hash } = algorithmOf(material, algorithm)
  const input = signedBytes(material, algorithm, message, messageType)
  const candidate = Buffer.from(signature)
  switch (scheme) {
    case 'pkcs1':
      return verifyPkcs1(material, hash, input, candidate)
    case 'pss':
      return verifyPss(material, hash, input, candidate)
    case 'ecdsa':
      return verifyEcdsa(material, input, candidate)
    case 'sm2':
      return verifySm2(material, input, candidate)
    case 'ed25519ph':
      return verifyPrehashed(edwardsKey(material), input, candidate)
    case 'ed25519':
    case 'ml-dsa':
      return nodeVerify(null, input, publicKey(material), candidate)
  }
}

function algorithmOf(material: Material, algorithm: string): SigningAlgorithm {
  const found = signingAlgorithms.get(algorithm)
  const allowed = specOf(material.keySpec).usages.SIGN_VERIFY
  if (found === undefined || !allowed?.includes(algorithm)) {
    throw incompatibleAlgorithm(algorithm, material.keySpec)
  }
  return found
}

/** What the scheme signs: the message itself, or its digest. Refuses types that KMS refuses. */
function signedBytes(
  material: Material,
  algorithm: string,
  message: Uint8Array,
  messageType: MessageType,
): Buffer {
  const { scheme, hash } = algorithmOf(material, algorithm)
  const given = Buffer.from(message)
  if (messageType === 'EXTERNAL_MU') {
    if (scheme === 'ml-dsa') throw refuseExternalMu(algorithm, given)
    throw incompatibleMessageType(messageType, `key spec ${material.keySpec}`)
  }
  if (messageType === 'DIGEST') {
    if (hash === undefined) {
      const subject =
        scheme === 'ml-dsa' ? `key spec ${material.keySpec}` : `algorithm ${algorithm}`
      throw incompatibleMessageType(messageType, subject)
    }
    if (given.length !== digestLength(hash)) throw wrongLength('Digest', algorithm)
    return given
  }
  // "ED25519_PH_SHA_512 signing algorithm requires KMS MessageType:DIGEST", says the reference.
  // It hashes that digest once more, which is the prehash of Ed25519ph itself.
  if (scheme === 'ed25519ph') throw incompatibleMessageType(messageType, `algorithm ${algorithm}`)
  if (hash === undefined) return given
  if (scheme === 'sm2') return digestSm2(material, given)
  return createHash(hash).update(given).digest()
}

/** Node's `sign` offers no way to hand OpenSSL's ML-DSA the representative μ instead of a message. */
function refuseExternalMu(algorithm: string, mu: Buffer): Error {
  if (mu.length !== 64) return wrongLength('External Mu', algorithm)
  return unsupported(`message type EXTERNAL_MU of ${algorithm} is not available in Node.js`)
}

function digestLength(hash: Hash): number {
  return createHash(hash).digest().length
}

function edwardsKey(material: Material): EdwardsKey {
  const { d, x } = privateKey(material).export({ format: 'jwk' })
  if (d === undefined || x === undefined) throw new Error(`${material.keySpec} has no point`)
  return { seed: Buffer.from(d, 'base64url'), publicKey: Buffer.from(x, 'base64url') }
}
