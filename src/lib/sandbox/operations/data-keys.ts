/** GenerateDataKey, GenerateDataKeyWithoutPlaintext, GenerateRandom. */
import { randomBytes, randomUUID } from 'node:crypto'
import {
  checkCommon,
  conclude,
  material,
  requireAlgorithm,
  usableKey,
} from '../checks/require-usable.js'
import { encryptSymmetric } from '../crypto/index.js'
import { ServiceError } from '../http/service-error.js'
import { validation } from '../model/errors.js'
import * as member from '../request/input-types.js'
import { type Call, reading, writing } from '../request/request-context.js'

interface DataKeyInput {
  KeyId: string
  EncryptionContext: Record<string, string> | undefined
  NumberOfBytes: number | undefined
  KeySpec: string | undefined
  GrantTokens: string[] | undefined
  Recipient?: object | undefined
  DryRun: boolean | undefined
}

const input = {
  KeyId: member.keyId,
  EncryptionContext: member.encryptionContext,
  NumberOfBytes: member.numberOfBytes,
  KeySpec: member.dataKeySpec,
  GrantTokens: member.grantTokens,
  DryRun: member.dryRun,
}

export const GenerateDataKey = writing({ ...input, Recipient: member.recipient }, (call, given) => {
  const { plaintext, answer } = generate(call, given)
  return { ...answer, Plaintext: plaintext.toString('base64') }
})

export const GenerateDataKeyWithoutPlaintext = writing(
  input,
  (call, given) => generate(call, given).answer,
)

function generate(call: Call, given: DataKeyInput): { plaintext: Buffer; answer: object } {
  checkCommon(given)
  const length = lengthOf(given)
  const key = usableKey(call, given.KeyId, 'ENCRYPT_DECRYPT')
  requireAlgorithm(key, 'SYMMETRIC_DEFAULT', [key.keySpec])
  const plaintext = randomBytes(length)
  const current = material(key)
  const blob = encryptSymmetric(key.keyId, current, plaintext, given.EncryptionContext ?? {})
  conclude(call, [key], call.operation, given.DryRun, randomUUID())
  const answer = {
    CiphertextBlob: blob.toString('base64'),
    KeyId: key.arn,
    KeyMaterialId: current.id,
  }
  return { plaintext, answer }
}

function lengthOf({ KeySpec, NumberOfBytes }: DataKeyInput): number {
  if ((KeySpec === undefined) === (NumberOfBytes === undefined)) {
    throw validation('Please specify either number of bytes or key spec.')
  }
  return NumberOfBytes ?? (KeySpec === 'AES_128' ? 16 : 32)
}

export const GenerateRandom = reading(
  {
    NumberOfBytes: member.numberOfBytes,
    CustomKeyStoreId: member.customKeyStoreId,
    Recipient: member.recipient,
  },
  (_call, given) => {
    checkCommon(given)
    if (given.NumberOfBytes === undefined) throw validation('NumberOfBytes is required.')
    if (given.CustomKeyStoreId !== undefined) {
      throw new ServiceError(
        'CustomKeyStoreNotFoundException',
        `Custom key store ${given.CustomKeyStoreId} does not exist.`,
      )
    }
    return { Plaintext: randomBytes(given.NumberOfBytes).toString('base64') }
  },
)
