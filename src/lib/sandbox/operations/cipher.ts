/** Encrypt, Decrypt, ReEncrypt. */
import { randomUUID } from 'node:crypto'
import {
  checkCommon,
  conclude,
  material,
  requireAlgorithm,
  requireUsage,
  usableKey,
} from '../checks/require-usable.js'
import {
  algorithms,
  decryptRsa,
  decryptSymmetric,
  encryptRsa,
  encryptSymmetric,
  readSymmetricBlob,
} from '../crypto/index.js'
import { ServiceError } from '../http/service-error.js'
import { unsupported, validation } from '../model/errors.js'
import { requireState } from '../model/key-states.js'
import { isSymmetric, type Key } from '../model/model.js'
import { required } from '../request/input-schema.js'
import * as member from '../request/input-types.js'
import { authorize, findKey } from '../request/key-ref.js'
import { type Call, writing } from '../request/request-context.js'

type Context = Record<string, string>

const SYMMETRIC = 'SYMMETRIC_DEFAULT'

export const Encrypt = writing(
  {
    KeyId: member.keyId,
    Plaintext: required(member.plaintext),
    EncryptionContext: member.encryptionContext,
    GrantTokens: member.grantTokens,
    EncryptionAlgorithm: member.encryptionAlgorithm,
    DryRun: member.dryRun,
  },
  (call, input) => {
    checkCommon(input)
    const key = usableKey(call, input.KeyId, 'ENCRYPT_DECRYPT')
    const algorithm = input.EncryptionAlgorithm ?? SYMMETRIC
    const blob = encryptUnder(key, algorithm, input.Plaintext, input.EncryptionContext)
    conclude(call, [key], 'Encrypt', input.DryRun, randomUUID())
    return {
      CiphertextBlob: blob.toString('base64'),
      KeyId: key.arn,
      EncryptionAlgorithm: algorithm,
    }
  },
)

export const Decrypt = writing(
  {
    CiphertextBlob: member.ciphertext,
    EncryptionContext: member.encryptionContext,
    GrantTokens: member.grantTokens,
    KeyId: member.optionalKeyId,
    EncryptionAlgorithm: member.encryptionAlgorithm,
    Recipient: member.recipient,
    DryRun: member.dryRun,
    DryRunModifiers: member.dryRunModifiers,
  },
  (call, input) => {
    checkCommon(input)
    const opened = open(call, 'Decrypt', {
      blob: input.CiphertextBlob,
      keyId: input.KeyId,
      algorithm: input.EncryptionAlgorithm ?? SYMMETRIC,
      context: input.EncryptionContext,
      ignoreBlob: ignoresCiphertext(input),
    })
    conclude(call, [opened.key], 'Decrypt', input.DryRun, randomUUID())
    return {
      KeyId: opened.key.arn,
      Plaintext: opened.plaintext.toString('base64'),
      EncryptionAlgorithm: opened.algorithm,
      ...(opened.materialId !== undefined && { KeyMaterialId: opened.materialId }),
    }
  },
)

export const ReEncrypt = writing(
  {
    CiphertextBlob: member.ciphertext,
    SourceEncryptionContext: member.encryptionContext,
    SourceKeyId: member.optionalKeyId,
    DestinationKeyId: member.keyId,
    DestinationEncryptionContext: member.encryptionContext,
    SourceEncryptionAlgorithm: member.encryptionAlgorithm,
    DestinationEncryptionAlgorithm: member.encryptionAlgorithm,
    GrantTokens: member.grantTokens,
    DryRun: member.dryRun,
    DryRunModifiers: member.dryRunModifiers,
  },
  (call, input) => {
    checkCommon(input)
    const source = open(call, 'ReEncryptFrom', {
      blob: input.CiphertextBlob,
      keyId: input.SourceKeyId,
      algorithm: input.SourceEncryptionAlgorithm ?? SYMMETRIC,
      context: input.SourceEncryptionContext,
      ignoreBlob: ignoresCiphertext(input),
    })
    const key = usableKey(call, input.DestinationKeyId, 'ENCRYPT_DECRYPT', 'ReEncryptTo')
    const algorithm = input.DestinationEncryptionAlgorithm ?? SYMMETRIC
    const context = input.DestinationEncryptionContext
    const blob = encryptUnder(key, algorithm, source.plaintext, context)
    // Both keys were used (API reference of GetKeyLastUsage), in one account: one event.
    conclude(call, [source.key, key], 'ReEncrypt', input.DryRun, randomUUID())
    return {
      CiphertextBlob: blob.toString('base64'),
      SourceKeyId: source.key.arn,
      KeyId: key.arn,
      SourceEncryptionAlgorithm: source.algorithm,
      DestinationEncryptionAlgorithm: algorithm,
      ...(source.materialId !== undefined && { SourceKeyMaterialId: source.materialId }),
      ...(isSymmetric(key) && { DestinationKeyMaterialId: material(key).id }),
    }
  },
)

function encryptUnder(
  key: Key,
  algorithm: string,
  plaintext: Uint8Array,
  context: Context | undefined,
): Buffer {
  requireAlgorithm(key, algorithm, algorithms(key.keySpec, key.keyUsage).encryption)
  if (algorithm === SYMMETRIC) {
    return encryptSymmetric(key.keyId, material(key), plaintext, context ?? {})
  }
  refuseContext(context)
  refuseSm2(algorithm)
  return encryptRsa(material(key), algorithm, plaintext)
}

interface Sealed {
  blob: Buffer | undefined
  keyId: string | undefined
  algorithm: string
  context: Context | undefined
  ignoreBlob: boolean
}

interface Opened {
  key: Key
  algorithm: string
  plaintext: Buffer
  materialId: string | undefined
}

/** Decrypts for Decrypt and for the first half of ReEncrypt. */
function open(call: Call, action: string, sealed: Sealed): Opened {
  const { algorithm, blob, keyId } = sealed
  if (sealed.ignoreBlob) {
    // "KMS performs only authorization validation without ciphertext validation".
    if (keyId === undefined) throw validation('KeyId is required with IGNORE_CIPHERTEXT.')
    const key = usableKey(call, keyId, 'ENCRYPT_DECRYPT', action)
    return { key, algorithm, plaintext: Buffer.alloc(1), materialId: undefined }
  }
  if (blob === undefined) {
    throw validation(
      "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy " +
        'constraint: Member must not be null',
    )
  }
  if (algorithm === SYMMETRIC) return openSymmetric(call, action, sealed, blob)
  if (keyId === undefined) {
    throw validation(`KeyId is required with the encryption algorithm ${algorithm}.`)
  }
  const key = usableKey(call, keyId, 'ENCRYPT_DECRYPT', action)
  requireAlgorithm(key, algorithm, algorithms(key.keySpec, key.keyUsage).encryption)
  refuseContext(sealed.context)
  refuseSm2(algorithm)
  const plaintext = decryptRsa(material(key), algorithm, blob)
  return { key, algorithm, plaintext, materialId: undefined }
}

function openSymmetric(call: Call, action: string, sealed: Sealed, blob: Buffer): Opened {
  const named =
    sealed.keyId === undefined ? undefined : findKey(call, sealed.keyId, { alias: true, action })
  // The state of a key that the caller names is told before the blob is looked at.
  if (named !== undefined) requireState(call.operation, named)
  const { keyId, materialId } = readSymmetricBlob(blob)
  if (named !== undefined && named.keyId !== keyId) {
    throw new ServiceError(
      'IncorrectKeyException',
      'The key ID in the request does not identify a CMK that can perform this operation.',
    )
  }
  const key = named ?? keyOfBlob(call, action, keyId)
  requireState(call.operation, key)
  requireUsage(call, key, 'ENCRYPT_DECRYPT')
  const found = key.materials.find((candidate) => candidate.id === materialId)
  if (found === undefined) throw new ServiceError('InvalidCiphertextException', '')
  const plaintext = decryptSymmetric(found, blob, sealed.context ?? {})
  return { key, algorithm: SYMMETRIC, plaintext, materialId }
}

/** AWS does not tell a missing key from a forbidden one to whoever brings only a ciphertext. */
function keyOfBlob(call: Call, action: string, keyId: string): Key {
  const key = Object.hasOwn(call.home.keys, keyId) ? call.home.keys[keyId] : undefined
  if (key === undefined) {
    throw new ServiceError(
      'AccessDeniedException',
      'The ciphertext refers to a customer master key that does not exist, does not exist in ' +
        'this region, or you are not allowed to access.',
    )
  }
  authorize(call, key, action)
  return key
}

function ignoresCiphertext(input: {
  DryRun: boolean | undefined
  DryRunModifiers: string[] | undefined
}): boolean {
  return input.DryRun === true && input.DryRunModifiers?.includes('IGNORE_CIPHERTEXT') === true
}

/** "An encryption context is valid only … with a symmetric encryption KMS key"; code unrecorded. */
function refuseContext(context: Context | undefined): void {
  if (context !== undefined && Object.keys(context).length > 0) {
    throw validation('EncryptionContext is valid only for symmetric encryption KMS keys.')
  }
}

function refuseSm2(algorithm: string): void {
  if (algorithm === 'SM2PKE') {
    throw unsupported('The embedded KMS does not implement the encryption algorithm SM2PKE.')
  }
}
